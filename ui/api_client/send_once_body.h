// A request's body that is sent once and never again.
#pragma once
#include <QFile>
#include <QIODevice>

namespace hearth::ui {

/// Bytes, or a form around a file that is read as it is sent. Qt repeats a request by itself when
/// the connection breaks before an answer; this device cannot be rewound, so what creates
/// something is not created twice.
class SendOnceBody : public QIODevice {
    Q_OBJECT
public:
    explicit SendOnceBody(const QByteArray& bytes, const QByteArray& contentType);
    /// multipart/form-data with `purpose` and `file`.
    SendOnceBody(const QString& purpose, const QString& file);

    /// False when the file cannot be read; errorString() says why.
    bool begin();

    const QByteArray& contentType() const { return m_contentType; }
    qint64 size() const override { return m_head.size() + m_fileSize + m_tail.size(); }
    bool isSequential() const override { return true; }
    bool atEnd() const override { return m_sent >= size(); }
    qint64 bytesAvailable() const override { return size() - m_sent; }
    bool seek(qint64) override { return false; }
    bool reset() override { return false; }

protected:
    qint64 readData(char* data, qint64 maxSize) override;
    qint64 writeData(const char*, qint64) override { return -1; }

private:
    QByteArray m_contentType;
    QByteArray m_head;
    QFile m_file;
    qint64 m_fileSize = 0;
    QByteArray m_tail;
    qint64 m_sent = 0;
};

}  // namespace hearth::ui
