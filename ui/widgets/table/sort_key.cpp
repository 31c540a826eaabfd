#include "ui/widgets/table/sort_key.h"

#include <algorithm>

namespace hearth::ui {
namespace {

bool isDigit(QChar c) {
    return c >= u'0' && c <= u'9';
}

/// Lower case, and Latin letters without their accents; what has no simpler form stays.
QChar plainLetter(QChar c) {
    if (c.unicode() < 0x80)
        return c >= u'A' && c <= u'Z' ? QChar(c.unicode() + 0x20) : c;
    if (c.unicode() >= 0xC0 && c.unicode() < 0x250) {
        const QString parts = c.decomposition();
        return parts.isEmpty() ? c.toCaseFolded() : parts[0].toCaseFolded();
    }
    return c.isSurrogate() ? c : c.toCaseFolded();
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
    QString key;
    key.reserve(text.size() + 4);
    for (qsizetype i = 0; i < text.size();) {
        if (isDigit(text[i]))
            i = appendNumber(key, text, i);
        else
            key += plainLetter(text[i++]);
    }
    return key;
}

}  // namespace hearth::ui
