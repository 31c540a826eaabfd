#include "ui/api_client/sse_reader.h"

namespace hearth::ui {
namespace {

constexpr qsizetype kMaxEvent = 16 << 20;

}  // namespace

std::optional<QVector<QByteArray>> SseReader::feed(const QByteArray& bytes) {
    QVector<QByteArray> events;
    qsizetype start = 0;
    for (qsizetype i = 0; i < bytes.size(); ++i) {
        const char c = bytes.at(i);
        const bool secondHalf = c == '\n' && m_afterReturn;
        m_afterReturn = c == '\r';
        if (secondHalf) {
            start = i + 1;
            continue;
        }
        if (c != '\n' && c != '\r')
            continue;
        takeLine(m_rest + bytes.mid(start, i - start), events);
        m_rest.clear();
        start = i + 1;
    }
    m_rest += bytes.mid(start);
    if (m_rest.size() + m_data.size() > kMaxEvent)
        return std::nullopt;
    return events;
}

void SseReader::takeLine(const QByteArray& line, QVector<QByteArray>& events) {
    if (line.isEmpty()) {
        if (m_hasData)
            events.append(m_data);
        m_data.clear();
        m_hasData = false;
        return;
    }
    if (!line.startsWith("data") || (line.size() > 4 && line.at(4) != ':'))
        return;
    QByteArray value = line.mid(5);
    if (value.startsWith(' '))
        value.remove(0, 1);
    if (m_hasData)
        m_data += '\n';
    m_data += value;
    m_hasData = true;
}

}  // namespace hearth::ui
