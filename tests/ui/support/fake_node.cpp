#include "tests/ui/support/fake_node.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QSslConfiguration>
#include <QSslSocket>
#include <QTimer>

#include "core/api/permission.h"
#include "tests/ui/support/fake_certificates.h"
#include "tests/ui/support/fake_http.h"

namespace hearth::ui {
namespace {

/// Sends the pieces from `index` on, each after its pause.
void sendPieces(QSslSocket* socket, const FakeAnswer& answer, qsizetype index) {
    if (index == answer.stream.size()) {
        if (answer.breaksOff)
            socket->disconnectFromHost();
        else
            socket->write(chunk({}));
        return;
    }
    const FakePiece& piece = answer.stream.at(index);
    QTimer::singleShot(piece.afterMs, socket, [socket, answer, index] {
        socket->write(chunk(answer.stream.at(index).bytes));
        socket->flush();
        sendPieces(socket, answer, index + 1);
    });
}

void sendAnswer(QSslSocket* socket, const FakeAnswer& answer) {
    if (answer.closes) {
        socket->disconnectFromHost();
        return;
    }
    socket->write(wireForm(answer));
    socket->flush();
    if (!answer.stream.isEmpty())
        sendPieces(socket, answer, 0);
}

bool matches(const QString& pattern, const QString& path) {
    return pattern.endsWith('*') ? path.startsWith(pattern.chopped(1)) : path == pattern;
}

QJsonArray allPermissions() {
    QJsonArray names;
    for (const core::Permission permission : core::grantablePermissions())
        names.append(QString::fromStdString(std::string(core::permissionName(permission))));
    return names;
}

}  // namespace

QJsonObject FakeRequest::json() const {
    return QJsonDocument::fromJson(body).object();
}

QString FakeRequest::queryValue(const QString& key) const {
    return query.queryItemValue(key, QUrl::FullyDecoded);
}

FakeAnswer FakeAnswer::error(int status, const QString& code, const QString& message,
                             const QString& param) {
    return {.status = status,
            .json = {
                {"error", QJsonObject{{"message", message},
                                      {"type", "test"},
                                      {"param", param.isEmpty() ? QJsonValue() : QJsonValue(param)},
                                      {"code", code}}}}};
}

FakeAnswer FakeAnswer::events(const QVector<QJsonObject>& events, int everyMs) {
    FakeAnswer answer;
    for (const QJsonObject& event : events)
        answer.stream.append(
            {"data: " + QJsonDocument(event).toJson(QJsonDocument::Compact) + "\n\n", everyMs});
    answer.stream.append({"data: [DONE]\n\n"});
    return answer;
}

FakeNode::FakeNode(QObject* parent) : QObject(parent) {
    connect(&m_server, &QSslServer::pendingConnectionAvailable, this, &FakeNode::accept);
    start();
}

FakeNode::~FakeNode() {
    stop();
}

void FakeNode::start() {
    const FakeIdentity& identity = m_otherCertificate ? otherFakeIdentity() : fakeIdentity();
    QSslConfiguration configuration;
    configuration.setLocalCertificate(identity.certificate);
    configuration.setPrivateKey(identity.key);
    configuration.setProtocol(QSsl::TlsV1_2OrLater);
    m_server.setSslConfiguration(configuration);
    if (!m_server.isListening() && !m_server.listen(QHostAddress::LocalHost, m_port))
        qFatal("the fake node cannot listen");
    m_port = m_server.serverPort();
}

void FakeNode::stop() {
    m_server.close();
    closeConnections();
}

void FakeNode::closeConnections() {
    m_buffers.clear();
    // Those whose handshake is still going on are known to the server alone.
    for (QSslSocket* socket : m_server.findChildren<QSslSocket*>()) {
        socket->abort();
        socket->deleteLater();
    }
}

QUrl FakeNode::url() const {
    return QUrl("https://127.0.0.1:" + QString::number(m_port));
}

QSslCertificate FakeNode::certificate() const {
    return m_server.sslConfiguration().localCertificate();
}

QByteArray FakeNode::fingerprint() const {
    return certificate().digest(QCryptographicHash::Sha256).toHex();
}

void FakeNode::showOtherCertificateToNewConnections() {
    m_otherCertificate = !m_otherCertificate;
    start();
}

void FakeNode::changeCertificate() {
    showOtherCertificateToNewConnections();
    closeConnections();
}

void FakeNode::answer(const QByteArray& method, const QString& path, const FakeAnswer& answer) {
    handle(method, path, [answer](const FakeRequest&) { return answer; });
}

void FakeNode::answer(const QByteArray& method, const QString& path, const QJsonObject& json) {
    answer(method, path, FakeAnswer{.json = json});
}

void FakeNode::handle(const QByteArray& method, const QString& path, Handler handler) {
    m_routes.prepend({method, path, std::move(handler)});
}

void FakeNode::addUsualRoutes() {
    const QJsonObject none{{"object", "list"}, {"data", QJsonArray()}, {"has_more", false}};
    answer("GET", "/healthz", QJsonObject{{"status", "ok"}});
    answer("GET", "/readyz", QJsonObject{{"status", "ready"}});
    answer("GET", "/api/v1/me",
           QJsonObject{{"kind", "user"},
                       {"name", "admin"},
                       {"department", "default"},
                       {"role", "admin"},
                       {"permissions", allPermissions()}});
    answer("GET", "/api/v1/node/status",
           QJsonObject{{"status", "ready"},
                       {"name", "fake-node"},
                       {"version", "0.0.0"},
                       {"pid", 4711},
                       {"started_at", 1'700'000'000},
                       {"models", QJsonArray()}});
    for (const char* path : {"/v1/fine_tuning/jobs", "/v1/files", "/api/v1/node/alarms",
                             "/api/v1/models", "/api/v1/imports", "/api/v1/keys"})
        answer("GET", path, none);
}

int FakeNode::count(const QByteArray& method, const QString& path) const {
    return static_cast<int>(std::count_if(m_requests.begin(), m_requests.end(), [&](auto& r) {
        return r.method == method && matches(path, r.path);
    }));
}

void FakeNode::accept() {
    if (!m_server.isListening())
        return;
    while (auto* socket = qobject_cast<QSslSocket*>(m_server.nextPendingConnection())) {
        m_buffers.insert(socket, {});
        connect(socket, &QSslSocket::readyRead, this, [this, socket] { read(socket); });
        connect(socket, &QSslSocket::disconnected, this, [this, socket] {
            m_buffers.remove(socket);
            socket->deleteLater();
        });
        read(socket);
    }
}

void FakeNode::read(QSslSocket* socket) {
    const QByteArray bytes = socket->readAll();
    m_bytesReceived += bytes.size();
    QByteArray& buffer = m_buffers[socket];
    buffer += bytes;
    const auto request = takeRequest(buffer);
    if (!request)
        return;
    m_requests.append(*request);
    serve(socket, *request);
}

void FakeNode::serve(QSslSocket* socket, const FakeRequest& request) {
    const FakeAnswer answer = answerTo(request);
    if (answer.delayMs > 0)
        QTimer::singleShot(answer.delayMs, socket,
                           [socket, answer] { sendAnswer(socket, answer); });
    else
        sendAnswer(socket, answer);
}

FakeAnswer FakeNode::answerTo(const FakeRequest& request) const {
    for (const Route& route : m_routes)
        if (route.method == request.method && matches(route.path, request.path))
            return route.handler(request);
    return FakeAnswer::error(404, "unknown_url", "there is no " + request.path);
}

}  // namespace hearth::ui
