#include "ui/api_client/network_call.h"

#include <QSslConfiguration>

#include "ui/api_client/certificate_pin.h"

namespace hearth::ui {
namespace {

constexpr qint64 kMaxBody = 64 << 20;

int statusOf(const QNetworkReply& reply) {
    return reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
}

}  // namespace

NetworkCall::NetworkCall(CallPlan plan, QObject* parent)
    : ApiCall(parent), m_plan(std::move(plan)) {
    m_silence.setSingleShot(true);
    m_silence.setInterval(m_plan.timeoutMs);
    connect(&m_silence, &QTimer::timeout, this, [this] {
        if (m_reply)
            giveUp(timedOut(m_reply->url()));
    });
    issue();
}

NetworkCall::~NetworkCall() {
    dropReply();
}

void NetworkCall::issue() {
    m_reply = m_plan.issue();
    connect(m_reply, &QNetworkReply::sslErrors, this, &NetworkCall::acceptPinned);
    connect(m_reply, &QNetworkReply::encrypted, this, &NetworkCall::checkCertificate);
    connect(m_reply, &QNetworkReply::readyRead, this, &NetworkCall::readMore);
    connect(m_reply, &QNetworkReply::uploadProgress, this, [this](qint64 sent, qint64 total) {
        m_silence.start();
        if (m_plan.sent && !m_over && total > 0)
            m_plan.sent(sent, total);
    });
    connect(m_reply, &QNetworkReply::finished, this, &NetworkCall::conclude, Qt::QueuedConnection);
    m_silence.start();
}

/// With no authority to believe in, every handshake comes here. The pin alone decides.
void NetworkCall::acceptPinned() {
    const QSslCertificate leaf = m_reply->sslConfiguration().peerCertificate();
    if (matchesPin(leaf, m_plan.pin))
        m_reply->ignoreSslErrors();
    else
        refuse(leaf);
}

void NetworkCall::refuse(const QSslCertificate& leaf) {
    m_untrusted = leaf;
    *m_plan.wasUntrusted = true;
}

/// The second fence: Qt asks about errors once for all connections to a host, but tells of each
/// handshake here, and sends nothing before we return.
void NetworkCall::checkCertificate() {
    m_silence.start();
    const QSslCertificate leaf = m_reply->sslConfiguration().peerCertificate();
    if (matchesPin(leaf, m_plan.pin)) {
        *m_plan.wasUntrusted = false;
        return;
    }
    refuse(leaf);
    m_reply->abort();
}

void NetworkCall::readMore() {
    m_silence.start();
    if (m_over)
        return;
    m_requestId = QString::fromLatin1(m_reply->rawHeader("x-request-id"));
    const QByteArray bytes = m_reply->readAll();
    const int status = statusOf(*m_reply);
    if (m_plan.piece && status >= 200 && status < 300) {
        m_plan.piece(bytes);
        return;
    }
    m_body += bytes;
    if (m_body.size() > kMaxBody)
        giveUp(notUnderstood({.status = status, .requestId = m_requestId}));
}

void NetworkCall::giveUp(const ApiFailure& failure) {
    if (m_over || m_failure)
        return;
    m_failure = failure;
    if (!m_reply || m_reply->isFinished())
        QMetaObject::invokeMethod(this, &NetworkCall::conclude, Qt::QueuedConnection);
    else
        m_reply->abort();
}

void NetworkCall::cancel() {
    giveUp(cancelled());
}

void NetworkCall::abort() {
    m_over = true;
    dropReply();
    deleteLater();
}

bool NetworkCall::isRepeatable() const {
    return m_plan.repeatable && !m_repeated && !m_failure &&
           m_reply->error() == QNetworkReply::RemoteHostClosedError && statusOf(*m_reply) == 0;
}

void NetworkCall::conclude() {
    if (m_over)
        return;
    if (!m_reply) {
        end(m_failure.value_or(cancelled()));
        return;
    }
    if (m_untrusted.isNull() && isRepeatable()) {
        m_repeated = true;
        dropReply();
        issue();
        return;
    }
    if (m_reply->bytesAvailable() > 0)
        readMore();
    m_silence.stop();
    if (m_over)
        return;
    if (!m_failure && !m_untrusted.isNull())
        emit untrusted(m_untrusted);
    if (!m_over)  // a receiver of the signal may have let go of us
        end(outcome());
}

Outcome<HttpAnswer> NetworkCall::outcome() const {
    if (m_failure)
        return *m_failure;
    const bool refusedElsewhere =
        *m_plan.wasUntrusted && m_reply->error() == QNetworkReply::SslHandshakeFailedError;
    if (!m_untrusted.isNull() || refusedElsewhere)
        return ui::untrusted(m_reply->url());
    const int status = statusOf(*m_reply);
    const bool whole = status >= 400 || (status > 0 && m_reply->error() == QNetworkReply::NoError);
    const bool closed = m_reply->error() == QNetworkReply::RemoteHostClosedError ||
                        m_reply->error() == QNetworkReply::ContentReSendError;
    // A node that refuses a file from its head closes while we still write, and Qt does not read
    // its answer.
    if (!whole && closed && m_plan.body && !m_plan.body->atEnd())
        return fileRefused();
    if (!whole)
        return status > 0 ? brokeOff() : failureOfConnection(m_reply->error(), m_reply->url());
    return HttpAnswer{.status = status,
                      .body = m_body,
                      .requestId = QString::fromLatin1(m_reply->rawHeader("x-request-id")),
                      .retryAfterSeconds = m_reply->rawHeader("retry-after").toInt()};
}

void NetworkCall::end(const Outcome<HttpAnswer>& outcome) {
    if (m_over)
        return;
    m_over = true;
    const QPointer<NetworkCall> self = this;
    if (m_plan.ended)
        m_plan.ended(outcome);
    if (self && !m_retained)
        deleteLater();
}

void NetworkCall::release() {
    m_retained = false;
    deleteLater();
}

void NetworkCall::dropReply() {
    if (!m_reply)
        return;
    m_reply->disconnect(this);
    m_reply->abort();
    m_reply->deleteLater();
    m_reply = nullptr;
}

}  // namespace hearth::ui
