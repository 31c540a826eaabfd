#include "ui/widgets/log/log_buffer.h"

#include <algorithm>

namespace hearth::ui {
namespace {

/// Where levels stand: near the beginning, not in what the line is about.
constexpr int kLevelReach = 96;

bool names(QStringView head, QLatin1String level) {
    const qsizetype at = head.indexOf(level, 0, Qt::CaseInsensitive);
    if (at < 1)
        return false;
    const QChar before = head[at - 1];
    const qsizetype after = at + level.size();
    const bool opened = before == u'[' || before == u'"' || before == u' ' || before == u'=';
    return opened && (after >= head.size() || !head[after].isLetter());
}

}  // namespace

Tone toneOfLogLine(const QString& text) {
    const QStringView head = QStringView(text).left(kLevelReach);
    for (const auto level : {"error", "critical", "fatal", "err"}) {
        if (names(head, QLatin1String(level)))
            return Tone::Bad;
    }
    for (const auto level : {"warning", "warn"}) {
        if (names(head, QLatin1String(level)))
            return Tone::Attention;
    }
    for (const auto level : {"debug", "trace"}) {
        if (names(head, QLatin1String(level)))
            return Tone::Muted;
    }
    return Tone::Normal;
}

int LogBuffer::append(const QString& text, Tone tone) {
    QString clean = text;
    for (QChar& c : clean) {
        if (c.category() == QChar::Other_Control)
            c = u' ';
    }
    qsizetype at = 0;
    do {
        m_lines.push_back({clean.mid(at, kMaxLineLength), tone});
        at += kMaxLineLength;
    } while (at < clean.size());
    m_characters += clean.size();
    return trim();
}

int LogBuffer::trim() {
    int dropped = 0;
    while (size() > kMaxLines || (m_characters > kMaxCharacters && size() > 1)) {
        m_characters -= m_lines.front().text.size();
        m_lines.pop_front();
        ++dropped;
    }
    m_first += dropped;
    return dropped;
}

void LogBuffer::clear() {
    m_first = end();
    m_lines.clear();
    m_characters = 0;
}

}  // namespace hearth::ui
