// HTTPS to one node: the certificate pinned, the credential added, errors in one form.
#pragma once
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QObject>
#include <QPointer>
#include <QUrl>
#include <QUrlQuery>
#include <memory>

#include "ui/api_client/outcome.h"

class QNetworkRequest;
class QSslCertificate;

namespace hearth::ui {

class NetworkCall;
class SendOnceBody;
struct CallPlan;
struct HttpAnswer;

struct ApiRequest {
    QByteArray method = "GET";
    QString path;  // from core/api/paths.h, parameters filled in
    QUrlQuery query = {};
    QJsonObject body = {};   // sent with POST, even when empty
    int timeoutMs = 30'000;  // without a byte from the node
    bool anonymous = false;  // without the credential, for sign-in
};

/// A call that is under way. Deletes itself when it has ended.
class ApiCall : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// The node notices that we left; nothing is called any more.
    virtual void abort() = 0;
};

/// No certificate authority counts, the pin alone; redirects are not followed, no cookie, cache or
/// proxy is used. What changes something (POST) is never sent twice.
/// Threading: GUI thread only. Nothing here blocks.
class ApiClient : public QObject {
    Q_OBJECT
public:
    explicit ApiClient(QObject* parent = nullptr);
    ~ApiClient() override;

    /// `pinnedSha256`: hex of the leaf's digest; empty: no certificate is trusted. Running calls
    /// end as Cancelled, and no connection is kept.
    void setNode(const QUrl& url, const QByteArray& pinnedSha256);
    void setCredential(const QByteArray& bearer);  // empty: none
    const QUrl& url() const { return m_url; }

    /// `then` is not called once `context` is gone. The pointer may be dropped.
    QPointer<ApiCall> send(const ApiRequest& request, QObject* context, Then<QJsonObject> then);

    /// POST that answers with server-sent events. `event` gets each data line but [DONE], in
    /// order; `end` comes once, with Unreachable when the stream broke off.
    QPointer<ApiCall> stream(const ApiRequest& request, QObject* context,
                             std::function<void(const QJsonObject&)> event, Then<Nothing> end);

    /// multipart/form-data with `purpose` and `file`, read from disk as it is sent.
    QPointer<ApiCall> upload(const QString& path, const QString& purpose, const QString& file,
                             QObject* context, std::function<void(qint64, qint64)> progress,
                             Then<QJsonObject> then);

signals:
    /// The node showed a certificate that is not the pinned one (or none is pinned yet). No
    /// credential has been sent.
    void untrustedCertificate(const QSslCertificate& certificate);
    /// A call was answered with 401 although a credential was sent.
    void credentialRefused();
    void reached();
    void unreachable(const QString& reason);

private:
    QNetworkRequest networkRequest(const ApiRequest& request) const;
    CallPlan planFor(const ApiRequest& request, QNetworkAccessManager* network);
    CallPlan planWithBody(const ApiRequest& request, SendOnceBody* body,
                          QNetworkAccessManager* network);
    QNetworkAccessManager* networkFor(const ApiRequest& request) const;
    NetworkCall* start(CallPlan plan, QObject* context);
    void noteOutcome(const Outcome<HttpAnswer>& outcome, const QByteArray& bearerSent);

    QUrl m_url;
    QByteArray m_pin;
    QByteArray m_bearer;
    std::shared_ptr<bool> m_wasUntrusted = std::make_shared<bool>(false);
    QNetworkAccessManager* m_network;
    /// Qt opens six connections a manager. Streams, uploads and other long calls have their own,
    /// so that they never hold up short ones.
    QNetworkAccessManager* m_longNetwork;
};

/// Fills a {parameter} of a path, percent-encoded as one segment.
QString pathWith(std::string_view path, const QString& value);

}  // namespace hearth::ui
