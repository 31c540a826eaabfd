#include "ui/widgets/log/log_buffer.h"

#include <algorithm>
#include <optional>

#include "ui/widgets/log/log_wrap.h"

namespace hearth::ui {
namespace {

/// Where levels stand: near the beginning, not in what the line is about.
constexpr int kLevelReach = 96;

std::optional<Tone> toneOfLevel(QStringView word) {
    static const std::pair<QLatin1String, Tone> kLevels[] = {
        {QLatin1String("error"), Tone::Bad},         {QLatin1String("err"), Tone::Bad},
        {QLatin1String("critical"), Tone::Bad},      {QLatin1String("fatal"), Tone::Bad},
        {QLatin1String("warning"), Tone::Attention}, {QLatin1String("warn"), Tone::Attention},
        {QLatin1String("info"), Tone::Normal},       {QLatin1String("debug"), Tone::Muted},
        {QLatin1String("trace"), Tone::Muted}};
    for (const auto& [level, tone] : kLevels) {
        if (word.size() == level.size() && word.compare(level, Qt::CaseInsensitive) == 0)
            return tone;
    }
    return std::nullopt;
}

bool isLetter(QChar c) {
    return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z');
}

bool isControl(QChar c) {
    return c < u' ' || (c >= QChar(0x7F) && c < QChar(0xA0));
}

LogLine lineOf(const QString& text, Tone tone) {
    const bool single =
        std::all_of(text.begin(), text.end(), [](QChar c) { return c.unicode() < 0x300; });
    return {text, tone, single ? int(text.size()) : cellsOf(text), single};
}

}  // namespace

Tone toneOfLogLine(const QString& text) {
    const QStringView head = QStringView(text).left(kLevelReach);
    for (qsizetype i = 1; i < head.size(); ++i) {
        const QChar before = head[i - 1];
        if (before != u'[' && before != u'"' && before != u' ' && before != u'=')
            continue;
        const qsizetype begin = i;
        while (i < head.size() && isLetter(head[i]))
            ++i;
        if (const auto tone = toneOfLevel(head.mid(begin, i - begin)))
            return *tone;
    }
    return Tone::Normal;
}

int LogBuffer::append(const QString& text, Tone tone) {
    QString clean = text;
    if (std::any_of(text.begin(), text.end(), isControl))
        std::replace_if(clean.begin(), clean.end(), isControl, QChar(u' '));
    qsizetype at = 0;
    do {
        m_lines.push_back(lineOf(clean.mid(at, kMaxLineLength), tone));
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
