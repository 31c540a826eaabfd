#include "ui/api_client/api_failure.h"

#include <QCoreApplication>
#include <QJsonArray>

#include "ui/api_client/json_fields.h"
#include "ui/api_client/node_address.h"

namespace hearth::ui {
namespace {

using Kind = ApiFailure::Kind;

struct Failure {
    Q_DECLARE_TR_FUNCTIONS(Failure)
};

Kind kindOfStatus(int status) {
    switch (status) {
        case 401:
            return Kind::SignedOut;
        case 403:
            return Kind::Forbidden;
        case 404:
            return Kind::NotFound;
        case 429:
        case 503:
            return Kind::Busy;
        default:
            return status >= 400 && status < 500 ? Kind::Refused : Kind::Broken;
    }
}

Kind kindOfCode(const QString& code) {
    if (code == "unavailable" || code == "rate_limit_exceeded")
        return Kind::Busy;
    if (code == "permission_denied")
        return Kind::Forbidden;
    if (code == "invalid_value" || code == "unsupported")
        return Kind::Refused;
    return Kind::Broken;
}

/// For an answer that explains nothing itself.
QString wordsFor(Kind kind, int status) {
    switch (kind) {
        case Kind::SignedOut:
            return Failure::tr("The node does not accept this sign-in. Sign in again.");
        case Kind::Forbidden:
            return Failure::tr("You may not do this. Ask an administrator for the permission.");
        case Kind::NotFound:
            return Failure::tr("The node does not have this. Refresh the page.");
        case Kind::Busy:
            return Failure::tr("The node is busy. Try again in a moment.");
        default:
            return Failure::tr(
                       "The node answered with status %1 and gave no reason. Its log may "
                       "have one.")
                .arg(status);
    }
}

QVector<LineProblem> problemsOf(const QJsonObject& error) {
    QVector<LineProblem> problems;
    for (const QJsonObject& problem : objectsIn(error, "problems"))
        problems.append({.line = wholeIn(problem, "line"), .message = textIn(problem, "message")});
    return problems;
}

ApiFailure unreachable(const QString& message) {
    return {.kind = Kind::Unreachable, .message = message};
}

}  // namespace

ApiFailure failureOfAnswer(const HttpAnswer& answer, const QJsonObject& body) {
    const QJsonObject error = body.value("error").toObject();
    ApiFailure failure{.kind = kindOfStatus(answer.status),
                       .status = answer.status,
                       .message = textIn(error, "message"),
                       .code = textIn(error, "code"),
                       .param = textIn(error, "param"),
                       .requestId = answer.requestId,
                       .problems = problemsOf(error),
                       .retryAfterSeconds = answer.retryAfterSeconds};
    if (failure.message.isEmpty())
        failure.message = wordsFor(failure.kind, answer.status);
    return failure;
}

ApiFailure failureOfEvent(const QJsonObject& error, const QString& requestId) {
    ApiFailure failure{.kind = kindOfCode(textIn(error, "code")),
                       .status = 200,
                       .message = textIn(error, "message"),
                       .code = textIn(error, "code"),
                       .param = textIn(error, "param"),
                       .requestId = requestId};
    if (failure.message.isEmpty())
        failure.message = Failure::tr("The node stopped its answer and gave no reason. Try again.");
    return failure;
}

ApiFailure failureOfConnection(QNetworkReply::NetworkError error, const QUrl& url) {
    const QString place = placeOf(url);
    switch (error) {
        case QNetworkReply::ConnectionRefusedError:
            return unreachable(Failure::tr("No node answers at %1. Check that it is running and "
                                           "that the port is right.")
                                   .arg(place));
        case QNetworkReply::HostNotFoundError:
            return unreachable(Failure::tr("The name %1 is not known in this network. Check the "
                                           "address.")
                                   .arg(url.host()));
        case QNetworkReply::TimeoutError:
            return timedOut(url);
        case QNetworkReply::SslHandshakeFailedError:
            return unreachable(Failure::tr("What answers at %1 does not speak HTTPS as a node "
                                           "does. Check the address and the port.")
                                   .arg(place));
        case QNetworkReply::RemoteHostClosedError:
        case QNetworkReply::ContentReSendError:
            return brokeOff();
        case QNetworkReply::OperationCanceledError:
            return cancelled();
        case QNetworkReply::NetworkSessionFailedError:
        case QNetworkReply::TemporaryNetworkFailureError:
        case QNetworkReply::UnknownNetworkError:
            return unreachable(Failure::tr("%1 cannot be reached from this computer. Check its "
                                           "network connection.")
                                   .arg(place));
        default:
            return unreachable(Failure::tr("The connection to %1 failed. Try again.").arg(place));
    }
}

ApiFailure timedOut(const QUrl& url) {
    return unreachable(Failure::tr("The node at %1 did not answer in time. It may be overloaded, "
                                   "or a firewall is in between.")
                           .arg(placeOf(url)));
}

ApiFailure brokeOff() {
    return unreachable(
        Failure::tr("The answer broke off: the node closed the connection. Check "
                    "that it is running and try again."));
}

ApiFailure untrusted(const QUrl& url) {
    return {.kind = Kind::Certificate,
            .message = Failure::tr("What answers at %1 does not have the certificate that you "
                                   "trust. Nothing was sent to it.")
                           .arg(placeOf(url))};
}

ApiFailure cancelled() {
    return {.kind = Kind::Cancelled, .message = Failure::tr("The request was cancelled.")};
}

ApiFailure notUnderstood(const HttpAnswer& answer) {
    return {.kind = Kind::Broken,
            .status = answer.status,
            .message = Failure::tr("The answer is not one of a Hearth node. Check the address, "
                                   "and that console and node have matching versions."),
            .requestId = answer.requestId};
}

ApiFailure fileRefused() {
    return {.kind = Kind::Refused,
            .message = Failure::tr("The node closed the connection before it had the whole file. "
                                   "The file may be larger than it accepts (max_upload_mb in its "
                                   "config.toml)."),
            .param = "file"};
}

ApiFailure unreadableFile(const QString& file, const QString& reason) {
    return {.kind = Kind::Refused,
            .message = Failure::tr("%1 cannot be read: %2").arg(file, reason),
            .param = "file"};
}

}  // namespace hearth::ui
