// The lines of a log that are kept: a ring, so that a log may run for weeks.
#pragma once
#include <QString>
#include <deque>

#include "ui/widgets/label.h"

namespace hearth::ui {

struct LogLine {
    QString text;
    Tone tone = Tone::Normal;
    int cells = 0;            // in a fixed-width font
    bool singleCells = true;  // every character takes one: where it wraps is a division
};

/// What colour a line deserves by the first level it names: "error" and worse Bad, "warn"
/// Attention, "debug" and "trace" Muted. Knows spdlog's "[error]" and JSON's "level":"error".
Tone toneOfLogLine(const QString& text);

/// Lines are numbered from 0 in the order in which they came and keep their number when older ones
/// are dropped.
class LogBuffer {
public:
    static constexpr int kMaxLines = 50'000;
    static constexpr qint64 kMaxCharacters = 16'000'000;
    /// Longer lines are cut into several: no single line may take long to lay out.
    static constexpr int kMaxLineLength = 4096;

    /// Control characters become visible blanks. Returns how many lines were dropped for it.
    int append(const QString& text, Tone tone);
    void clear();

    bool isEmpty() const { return m_lines.empty(); }
    int size() const { return int(m_lines.size()); }
    qint64 first() const { return m_first; }
    /// One past the last number.
    qint64 end() const { return m_first + size(); }
    /// REQUIRES: first() <= number < end().
    const LogLine& line(qint64 number) const { return m_lines[size_t(number - m_first)]; }

private:
    int trim();

    std::deque<LogLine> m_lines;
    qint64 m_first = 0;
    qint64 m_characters = 0;
};

}  // namespace hearth::ui
