#include "ui/api_client/send_once_body.h"

#include <QFileInfo>
#include <QUuid>
#include <algorithm>
#include <cstring>

namespace hearth::ui {
namespace {

/// As browsers write it into a form.
QByteArray quoted(const QString& name) {
    QByteArray text = name.toUtf8();
    text.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
    return '"' + text + '"';
}

qint64 copyFrom(const QByteArray& bytes, qint64 offset, char* data, qint64 maxSize) {
    const qint64 count = std::min<qint64>(bytes.size() - offset, maxSize);
    std::memcpy(data, bytes.constData() + offset, static_cast<size_t>(count));
    return count;
}

}  // namespace

SendOnceBody::SendOnceBody(const QByteArray& bytes, const QByteArray& contentType)
    : m_contentType(contentType), m_head(bytes) {}

SendOnceBody::SendOnceBody(const QString& purpose, const QString& file) : m_file(file) {
    const QByteArray boundary = "hearth-" + QUuid::createUuid().toByteArray(QUuid::WithoutBraces);
    m_contentType = "multipart/form-data; boundary=" + boundary;
    m_head = "--" + boundary + "\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\n" +
             purpose.toUtf8() + "\r\n--" + boundary +
             "\r\nContent-Disposition: form-data; name=\"file\"; filename=" +
             quoted(QFileInfo(file).fileName()) +
             "\r\nContent-Type: application/octet-stream\r\n\r\n";
    m_tail = "\r\n--" + boundary + "--\r\n";
}

bool SendOnceBody::begin() {
    if (!m_file.fileName().isEmpty()) {
        if (QFileInfo(m_file.fileName()).isDir() || !m_file.open(QIODevice::ReadOnly)) {
            setErrorString(m_file.errorString());
            return false;
        }
        m_fileSize = m_file.size();
    }
    return open(QIODevice::ReadOnly | QIODevice::Unbuffered);
}

qint64 SendOnceBody::readData(char* data, qint64 maxSize) {
    qint64 count = 0;
    const qint64 fileEnd = m_head.size() + m_fileSize;
    if (m_sent < m_head.size())
        count = copyFrom(m_head, m_sent, data, maxSize);
    else if (m_sent < fileEnd)
        count = m_file.read(data, std::min(maxSize, fileEnd - m_sent));
    else if (m_sent < size())
        count = copyFrom(m_tail, m_sent - fileEnd, data, maxSize);
    // A file that became shorter meanwhile would leave the node waiting for the rest.
    if (count <= 0 && m_sent < size())
        return -1;
    m_sent += count;
    return count;
}

}  // namespace hearth::ui
