#include "ui/widgets/log/log_wrap.h"

#include <algorithm>

namespace hearth::ui {
namespace {

/// Unicode's East Asian Wide blocks that occur in practice.
bool isWide(char32_t c) {
    return (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0x303E) ||
           (c >= 0x3041 && c <= 0xA4CF) || (c >= 0xA960 && c <= 0xA97F) ||
           (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) ||
           (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
           (c >= 0xFFE0 && c <= 0xFFE6) || (c >= 0x1F300 && c <= 0x1FAFF) ||
           (c >= 0x20000 && c <= 0x3FFFD);
}

}  // namespace

int cellsAt(QStringView text, qsizetype i) {
    const QChar c = text[i];
    if (c.unicode() < 0x300)
        return 1;
    if (c.isLowSurrogate() && i > 0)
        return 0;
    if (c.isMark())
        return 0;
    if (c.isHighSurrogate() && i + 1 < text.size())
        return isWide(QChar::surrogateToUcs4(c, text[i + 1])) ? 2 : 1;
    return isWide(c.unicode()) ? 2 : 1;
}

int cellsOf(QStringView text) {
    int cells = 0;
    for (qsizetype i = 0; i < text.size(); ++i)
        cells += cellsAt(text, i);
    return cells;
}

qsizetype rowEnd(QStringView text, qsizetype begin, int columns) {
    if (columns <= 0)
        return text.size();
    int used = 0;
    for (qsizetype i = begin; i < text.size(); ++i) {
        used += cellsAt(text, i);
        if (used > columns && i > begin)
            return i;
    }
    return text.size();
}

int rowCount(QStringView text, int columns) {
    int rows = 0;
    qsizetype at = 0;
    do {
        at = rowEnd(text, at, columns);
        ++rows;
    } while (at < text.size());
    return rows;
}

qsizetype characterAt(QStringView text, qsizetype begin, double cell) {
    double left = 0;
    for (qsizetype i = begin; i < text.size(); ++i) {
        const int width = cellsAt(text, i);
        if (width > 0 && cell < left + width / 2.0)
            return i;
        left += width;
    }
    return text.size();
}

}  // namespace hearth::ui
