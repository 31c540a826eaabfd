#include "tests/ui/support/fake_http.h"

#include <QJsonDocument>

namespace hearth::ui {

std::optional<FakeRequest> takeRequest(QByteArray& buffer) {
    const qsizetype headEnd = buffer.indexOf("\r\n\r\n");
    if (headEnd < 0)
        return std::nullopt;
    const QList<QByteArray> lines = buffer.left(headEnd).split('\n');
    const QList<QByteArray> words = lines.value(0).trimmed().split(' ');
    FakeRequest request{.method = words.value(0)};
    const QUrl url = QUrl::fromEncoded(words.value(1));
    request.path = url.path(QUrl::FullyEncoded);
    request.query = QUrlQuery(url);
    for (const QByteArray& line : lines.mid(1)) {
        const qsizetype colon = line.indexOf(':');
        request.headers.insert(line.left(colon).trimmed().toLower(), line.mid(colon + 1).trimmed());
    }
    const qsizetype length = request.headers.value("content-length").toLongLong();
    if (buffer.size() < headEnd + 4 + length)
        return std::nullopt;
    request.body = buffer.mid(headEnd + 4, length);
    buffer.remove(0, headEnd + 4 + length);
    return request;
}

QByteArray wireForm(const FakeAnswer& answer) {
    const bool streams = !answer.stream.isEmpty();
    const QByteArray body = answer.body.isNull() && answer.status != 204
                                ? QJsonDocument(answer.json).toJson(QJsonDocument::Compact)
                                : answer.body;
    QByteArray text = "HTTP/1.1 " + QByteArray::number(answer.status) + " -\r\n";
    text += streams ? "content-type: text/event-stream\r\ntransfer-encoding: chunked\r\n"
                    : "content-type: application/json\r\ncontent-length: " +
                          QByteArray::number(body.size()) + "\r\n";
    text += "x-request-id: req-fake\r\n";
    if (answer.status == 401)
        text += "www-authenticate: Bearer\r\n";
    for (const auto& [name, value] : answer.headers)
        text += name + ": " + value + "\r\n";
    text += "\r\n";
    return streams ? text : text + body;
}

QByteArray chunk(const QByteArray& bytes) {
    return QByteArray::number(bytes.size(), 16) + "\r\n" + bytes + "\r\n";
}

}  // namespace hearth::ui
