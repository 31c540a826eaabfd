#include "ui/api_client/api_client.h"

#include <QJsonDocument>
#include <QNetworkCookieJar>
#include <QNetworkProxy>
#include <QNetworkRequest>
#include <QSslConfiguration>

#include "ui/api_client/json_parsing.h"
#include "ui/api_client/network_call.h"
#include "ui/api_client/send_once_body.h"
#include "ui/api_client/sse_reader.h"

namespace hearth::ui {
namespace {

// The node checks every line of a file before it answers.
constexpr int kUploadTimeoutMs = 5 * 60'000;

QNetworkAccessManager* newNetwork(QObject* parent) {
    auto* network = new QNetworkAccessManager(parent);
    network->setProxy(QNetworkProxy::NoProxy);  // a node is in the same building
    network->setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
    network->setStrictTransportSecurityEnabled(false);
    return network;
}

/// No authority is believed, so that each handshake is judged by the pin.
QSslConfiguration pinnedOnly() {
    QSslConfiguration configuration;
    configuration.setProtocol(QSsl::TlsV1_2OrLater);
    configuration.setPeerVerifyMode(QSslSocket::VerifyPeer);
    configuration.setCaCertificates({});
    return configuration;
}

template <typename T>
Then<T> whileAlive(QObject* context, Then<T> then) {
    return [context = QPointer<QObject>(context), then = std::move(then)](const Outcome<T>& value) {
        if (context && then)
            then(value);
    };
}

bool isSuccess(const HttpAnswer& answer) {
    return answer.status >= 200 && answer.status < 300;
}

/// A whole answer to the value that the caller waits for.
void deliver(NetworkCall* call, const Outcome<HttpAnswer>& outcome, const Then<QJsonObject>& then) {
    if (!outcome) {
        then(outcome.failure());
        return;
    }
    call->retain();
    parseJsonObject(outcome->body, call,
                    [call, answer = *outcome, then](const std::optional<QJsonObject>& body) {
                        call->release();
                        if (!isSuccess(answer))
                            then(failureOfAnswer(answer, body.value_or(QJsonObject())));
                        else if (body)
                            then(*body);
                        else
                            then(notUnderstood(answer));
                    });
}

/// Reads a stream for as long as it makes sense.
struct StreamReader {
    std::function<void(const QJsonObject&)> event;
    SseReader sse;
    bool done = false;
    std::optional<ApiFailure> failure;

    void take(const QByteArray& data, const QString& requestId) {
        if (done || failure)
            return;
        if (data == "[DONE]") {
            done = true;
            return;
        }
        const auto object = parseJsonObject(data);
        if (!object)
            failure = notUnderstood({.status = 200, .requestId = requestId});
        else if (object->contains("error"))
            failure = failureOfEvent(object->value("error").toObject(), requestId);
        else
            event(*object);
    }
};

void readPiece(const QPointer<NetworkCall>& call, StreamReader& reader, const QByteArray& bytes) {
    const QString requestId = call->requestId();
    const auto events = reader.sse.feed(bytes);
    if (!events) {
        call->giveUp(notUnderstood({.status = 200, .requestId = requestId}));
        return;
    }
    for (const QByteArray& data : *events) {
        reader.take(data, requestId);
        if (!call)
            return;  // the receiver let go of us
    }
}

}  // namespace

ApiClient::ApiClient(QObject* parent)
    : QObject(parent), m_network(newNetwork(this)), m_longNetwork(newNetwork(this)) {}

ApiClient::~ApiClient() {
    for (NetworkCall* call : findChildren<NetworkCall*>())
        delete call;
}

void ApiClient::setNode(const QUrl& url, const QByteArray& pinnedSha256) {
    for (NetworkCall* call : findChildren<NetworkCall*>())
        call->cancel();
    // Connections that were accepted under another pin go with their manager.
    for (QNetworkAccessManager** network : {&m_network, &m_longNetwork}) {
        (*network)->deleteLater();
        *network = newNetwork(this);
    }
    m_url = url;
    m_pin = pinnedSha256;
    m_wasUntrusted = std::make_shared<bool>(false);
}

void ApiClient::setCredential(const QByteArray& bearer) {
    m_bearer = bearer;
}

QNetworkRequest ApiClient::networkRequest(const ApiRequest& request) const {
    QUrl url = m_url;
    url.setPath(request.path, QUrl::StrictMode);
    url.setQuery(request.query);
    QNetworkRequest network(url);
    network.setSslConfiguration(pinnedOnly());
    network.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    network.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    network.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    network.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    network.setAttribute(QNetworkRequest::CacheLoadControlAttribute,
                         QNetworkRequest::AlwaysNetwork);
    network.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
    network.setRawHeader("Accept-Encoding", "identity");
    network.setRawHeader("User-Agent", "hearth-console/" HEARTH_VERSION);
    if (!m_bearer.isEmpty() && !request.anonymous)
        network.setRawHeader("Authorization", "Bearer " + m_bearer);
    return network;
}

CallPlan ApiClient::planFor(const ApiRequest& request, QNetworkAccessManager* manager) {
    if (request.method == "POST")
        return planWithBody(
            request,
            new SendOnceBody(QJsonDocument(request.body).toJson(QJsonDocument::Compact),
                             "application/json"),
            manager);
    const QNetworkRequest network = networkRequest(request);
    const bool remove = request.method == "DELETE";
    return {.issue =
                [manager, network, remove] {
                    return remove ? manager->deleteResource(network) : manager->get(network);
                },
            .pin = m_pin,
            .bearer = request.anonymous ? QByteArray() : m_bearer,
            .wasUntrusted = m_wasUntrusted,
            .timeoutMs = request.timeoutMs,
            .repeatable = !remove};
}

/// Owns `body` from here on. REQUIRES: it has begun, or is not a file.
CallPlan ApiClient::planWithBody(const ApiRequest& request, SendOnceBody* body,
                                 QNetworkAccessManager* manager) {
    if (!body->isOpen())
        body->begin();
    QNetworkRequest network = networkRequest(request);
    network.setHeader(QNetworkRequest::ContentTypeHeader, body->contentType());
    network.setHeader(QNetworkRequest::ContentLengthHeader, body->size());
    return {.issue =
                [manager, network, body] {
                    QNetworkReply* reply = manager->post(network, body);
                    body->setParent(reply);
                    return reply;
                },
            .pin = m_pin,
            .bearer = request.anonymous ? QByteArray() : m_bearer,
            .wasUntrusted = m_wasUntrusted,
            .timeoutMs = request.timeoutMs,
            .body = body};
}

QNetworkAccessManager* ApiClient::networkFor(const ApiRequest& request) const {
    return request.timeoutMs > ApiRequest().timeoutMs ? m_longNetwork : m_network;
}

NetworkCall* ApiClient::start(CallPlan plan, QObject* context) {
    const bool readsOnly = plan.repeatable || plan.piece || plan.sent;
    auto ended = std::move(plan.ended);
    plan.ended = [this, ended = std::move(ended), bearer = plan.bearer](const auto& outcome) {
        noteOutcome(outcome, bearer);
        ended(outcome);
    };
    auto* call = new NetworkCall(std::move(plan), this);
    connect(call, &NetworkCall::untrusted, this, &ApiClient::untrustedCertificate);
    // What changes the node is carried through, even when nobody waits for the answer.
    if (context && readsOnly)
        connect(context, &QObject::destroyed, call, &NetworkCall::abort);
    return call;
}

void ApiClient::noteOutcome(const Outcome<HttpAnswer>& outcome, const QByteArray& bearerSent) {
    if (outcome.ok()) {
        emit reached();
        // An answer to a credential that has been replaced meanwhile says nothing.
        if (outcome->status == 401 && !bearerSent.isEmpty() && bearerSent == m_bearer)
            emit credentialRefused();
    } else if (outcome.failure().kind == ApiFailure::Kind::Unreachable) {
        emit unreachable(outcome.failure().message);
    }
}

QPointer<ApiCall> ApiClient::send(const ApiRequest& request, QObject* context,
                                  Then<QJsonObject> then) {
    CallPlan plan = planFor(request, networkFor(request));
    const auto holder = std::make_shared<QPointer<NetworkCall>>();
    plan.ended = [holder, then = whileAlive<QJsonObject>(context, std::move(then))](
                     const Outcome<HttpAnswer>& outcome) { deliver(*holder, outcome, then); };
    *holder = start(std::move(plan), context);
    return holder->data();
}

QPointer<ApiCall> ApiClient::stream(const ApiRequest& request, QObject* context,
                                    std::function<void(const QJsonObject&)> event,
                                    Then<Nothing> end) {
    CallPlan plan = planFor(request, m_longNetwork);
    const auto holder = std::make_shared<QPointer<NetworkCall>>();
    const auto reader = std::make_shared<StreamReader>(StreamReader{.event = std::move(event)});
    plan.piece = [holder, reader](const QByteArray& bytes) { readPiece(*holder, *reader, bytes); };
    plan.ended = [holder, reader, end = whileAlive<Nothing>(context, std::move(end))](
                     const Outcome<HttpAnswer>& outcome) {
        if (reader->failure)
            end(*reader->failure);
        else if (reader->done)
            end(Nothing());
        else if (!outcome || isSuccess(*outcome))
            end(outcome ? brokeOff() : outcome.failure());
        else
            deliver(*holder, outcome,
                    [end](const Outcome<QJsonObject>& refused) { end(refused.failure()); });
    };
    *holder = start(std::move(plan), context);
    return holder->data();
}

QPointer<ApiCall> ApiClient::upload(const QString& path, const QString& purpose,
                                    const QString& file, QObject* context,
                                    std::function<void(qint64, qint64)> progress,
                                    Then<QJsonObject> then) {
    auto* body = new SendOnceBody(purpose, file);
    if (!body->begin()) {
        const ApiFailure failure = unreadableFile(file, body->errorString());
        delete body;
        QMetaObject::invokeMethod(
            this,
            [failure, then = whileAlive<QJsonObject>(context, std::move(then))] { then(failure); },
            Qt::QueuedConnection);
        return nullptr;
    }
    CallPlan plan = planWithBody({.method = "POST", .path = path, .timeoutMs = kUploadTimeoutMs},
                                 body, m_longNetwork);
    plan.sent = [progress = std::move(progress)](qint64 sent, qint64 total) {
        if (progress)
            progress(sent, total);
    };
    const auto holder = std::make_shared<QPointer<NetworkCall>>();
    plan.ended = [holder, then = whileAlive<QJsonObject>(context, std::move(then))](
                     const Outcome<HttpAnswer>& outcome) { deliver(*holder, outcome, then); };
    *holder = start(std::move(plan), context);
    return holder->data();
}

QString pathWith(std::string_view path, const QString& value) {
    QString filled = QString::fromUtf8(path.data(), static_cast<qsizetype>(path.size()));
    const qsizetype open = filled.indexOf('{');
    const qsizetype close = filled.indexOf('}', open);
    if (open < 0 || close < 0)
        return filled;
    const QString segment = QString::fromLatin1(QUrl::toPercentEncoding(value));
    return filled.replace(open, close - open + 1, segment);
}

}  // namespace hearth::ui
