#include "ui/widgets/table/sort_key.h"

#include <algorithm>

namespace hearth::ui {
namespace {

bool isDigit(QChar c) {
    return c >= u'0' && c <= u'9';
}

/// Latin letters without their accents; what has no simpler form stays.
QChar plainLetter(QChar c) {
    if (c.unicode() < 0xC0 || c.unicode() >= 0x250)
        return c;
    const QString parts = c.decomposition();
    return parts.isEmpty() ? c : parts[0];
}

/// A run of digits becomes its length and then the digits without leading zeros, so that longer
/// numbers are greater. Nine digits and more share a length mark, then compare as text.
qsizetype appendNumber(QString& key, const QString& text, qsizetype begin) {
    qsizetype end = begin;
    while (end < text.size() && isDigit(text[end]))
        ++end;
    while (begin + 1 < end && text[begin] == u'0')
        ++begin;
    key += QChar(char16_t(u'0' + std::min<qsizetype>(end - begin, 9)));
    key += QStringView(text).mid(begin, end - begin);
    return end;
}

}  // namespace

QString naturalSortKey(const QString& text) {
    const QString folded = text.toCaseFolded();
    QString key;
    key.reserve(folded.size() + 4);
    for (qsizetype i = 0; i < folded.size();) {
        if (isDigit(folded[i])) {
            i = appendNumber(key, folded, i);
        } else {
            key += plainLetter(folded[i]);
            ++i;
        }
    }
    return key;
}

}  // namespace hearth::ui
