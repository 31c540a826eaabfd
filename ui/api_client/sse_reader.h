// Server-sent events out of bytes that arrive in any pieces.
#pragma once
#include <QByteArray>
#include <QVector>
#include <optional>

namespace hearth::ui {

/// After https://html.spec.whatwg.org/multipage/server-sent-events.html: lines end with LF, CR or
/// CR LF; data lines of one event are joined with LF; comments and unknown fields are skipped.
class SseReader {
public:
    /// The data of each event that `bytes` complete. Empty optional: an event is larger than the
    /// limit, and the stream is to be given up.
    std::optional<QVector<QByteArray>> feed(const QByteArray& bytes);

private:
    void takeLine(const QByteArray& line, QVector<QByteArray>& events);

    QByteArray m_rest;  // a line that has not ended yet
    QByteArray m_data;
    bool m_hasData = false;
    bool m_afterReturn = false;  // a LF now belongs to the CR before it
};

}  // namespace hearth::ui
