// One exchange over HTTPS: who answers is checked before a byte is sent, silence ends it.
#pragma once
#include <QNetworkReply>
#include <QSslCertificate>
#include <QTimer>
#include <memory>

#include "ui/api_client/api_client.h"
#include "ui/api_client/api_failure.h"

namespace hearth::ui {

struct CallPlan {
    std::function<QNetworkReply*()> issue;
    QByteArray pin;
    QByteArray bearer;  // as sent
    /// Of all calls to this node. Qt fails calls that waited for a refused handshake without
    /// showing them the certificate.
    std::shared_ptr<bool> wasUntrusted = std::make_shared<bool>(false);
    int timeoutMs = 30'000;
    bool repeatable = false;              // GET: once more when a kept connection had been closed
    QPointer<const QIODevice> body = {};  // of the request
    /// Gets a 2xx answer as it arrives; without it the answer is gathered.
    std::function<void(const QByteArray& bytes)> piece = {};
    std::function<void(qint64 sent, qint64 total)> sent = {};
    /// Called once, last, from the event loop with nothing of Qt's network on the stack.
    std::function<void(const Outcome<HttpAnswer>&)> ended = {};
};

class NetworkCall : public ApiCall {
    Q_OBJECT
public:
    NetworkCall(CallPlan plan, QObject* parent);
    ~NetworkCall() override;

    void abort() override;
    /// Ends it as Cancelled, from the event loop.
    void cancel();
    /// Ends it with `failure`: the answer came, but makes no sense.
    void giveUp(const ApiFailure& failure);
    /// Keeps the call alive beyond `ended`, until release() (the answer is being parsed).
    void retain() { m_retained = true; }
    void release();

    QString requestId() const { return m_requestId; }

signals:
    void untrusted(const QSslCertificate& certificate);

private:
    void issue();
    void checkCertificate();
    void acceptPinned();
    void refuse(const QSslCertificate& leaf);
    void readMore();
    void conclude();
    void end(const Outcome<HttpAnswer>& outcome);
    Outcome<HttpAnswer> outcome() const;
    bool isRepeatable() const;
    void dropReply();

    CallPlan m_plan;
    QPointer<QNetworkReply> m_reply;
    QTimer m_silence;
    QByteArray m_body;
    QString m_requestId;
    QSslCertificate m_untrusted;
    std::optional<ApiFailure> m_failure;  // decided here, whatever Qt says
    bool m_sendsLess = false;             // a part of the body has been sent, but not all
    bool m_repeated = false;
    bool m_over = false;
    bool m_retained = false;
};

}  // namespace hearth::ui
