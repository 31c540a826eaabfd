// A node that says what a test tells it to, over real HTTPS on this machine.
#pragma once
#include <QHash>
#include <QJsonObject>
#include <QObject>
#include <QSslServer>
#include <QUrl>
#include <QUrlQuery>
#include <QVector>
#include <functional>

namespace hearth::ui {

struct FakeRequest {
    QByteArray method;
    QString path;
    QUrlQuery query;
    QHash<QByteArray, QByteArray> headers;  // lower-case names
    QByteArray body;

    QJsonObject json() const;
    QString queryValue(const QString& key) const;
};

/// A piece of a streamed answer, sent `afterMs` after the one before.
struct FakePiece {
    QByteArray bytes;
    int afterMs = 0;
};

struct FakeAnswer {
    int status = 200;
    QJsonObject json = {};
    QByteArray body = {};  // instead of json
    QList<std::pair<QByteArray, QByteArray>> headers = {};
    int delayMs = 0;
    bool closes = false;             // the connection, without an answer
    QVector<FakePiece> stream = {};  // server-sent events over chunks, instead of a body
    bool breaksOff = false;          // the stream ends without its last chunk

    static FakeAnswer error(int status, const QString& code, const QString& message,
                            const QString& param = {});
    /// Each event is a data line; [DONE] is added.
    static FakeAnswer events(const QVector<QJsonObject>& events, int everyMs = 0);
};

class FakeNode : public QObject {
    Q_OBJECT
public:
    using Handler = std::function<FakeAnswer(const FakeRequest&)>;

    /// Listens on 127.0.0.1. Knows no route but what routes() below and tests add; the rest is
    /// 404 unknown_url.
    explicit FakeNode(QObject* parent = nullptr);
    ~FakeNode() override;

    QUrl url() const;
    /// Of the certificate it shows now: lower-case hex.
    QByteArray fingerprint() const;
    QSslCertificate certificate() const;
    /// Shows another certificate from the next connection on; kept ones live on, or are closed.
    void showOtherCertificateToNewConnections();
    void changeCertificate();

    /// `path` as in "/v1/files"; a "*" at the end stands for anything. The newest route wins.
    void answer(const QByteArray& method, const QString& path, const FakeAnswer& answer);
    void answer(const QByteArray& method, const QString& path, const QJsonObject& json);
    void handle(const QByteArray& method, const QString& path, Handler handler);
    /// Health, me (an administrator), an idle status, no jobs, no alarms, models or files.
    void addUsualRoutes();

    const QVector<FakeRequest>& requests() const { return m_requests; }
    int count(const QByteArray& method, const QString& path) const;
    void forgetRequests() { m_requests.clear(); }
    qsizetype openConnections() const { return m_buffers.size(); }
    /// Decrypted bytes that ever arrived.
    qint64 bytesReceived() const { return m_bytesReceived; }

    /// As when the node's process ends: nobody listens, connections break.
    void stop();
    /// On the same port again.
    void start();
    /// Closes kept connections, as a node does after a while of silence.
    void closeConnections();

private:
    struct Route {
        QByteArray method;
        QString path;
        Handler handler;
    };

    void accept();
    void read(QSslSocket* socket);
    void serve(QSslSocket* socket, const FakeRequest& request);
    FakeAnswer answerTo(const FakeRequest& request) const;

    QSslServer m_server;
    quint16 m_port = 0;
    bool m_otherCertificate = false;
    QVector<Route> m_routes;
    QVector<FakeRequest> m_requests;
    QHash<QSslSocket*, QByteArray> m_buffers;
    qint64 m_bytesReceived = 0;
};

}  // namespace hearth::ui
