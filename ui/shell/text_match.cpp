#include "ui/shell/text_match.h"

#include <QStringList>

namespace hearth::ui {
namespace {

constexpr char16_t kFirstSyllable = 0xAC00;
constexpr char16_t kLastSyllable = 0xD7A3;
constexpr int kSyllablesPerInitial = 21 * 28;  // vowels times final consonants

constexpr int kInside = 1;
constexpr int kWordStart = 3;
constexpr int kStart = 4;

int wordRank(const QString& text, const QString& word) {
    const qsizetype at = text.indexOf(word);
    if (at < 0)
        return 0;
    if (at == 0)
        return kStart;
    return text[at - 1].isLetterOrNumber() ? kInside : kWordStart;
}

}  // namespace

QString initialConsonants(const QString& text) {
    static const QString kInitials = QStringLiteral("ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ");
    QString result;
    for (const QChar c : text) {
        const bool syllable = c.unicode() >= kFirstSyllable && c.unicode() <= kLastSyllable;
        result += syllable ? kInitials[(c.unicode() - kFirstSyllable) / kSyllablesPerInitial] : c;
    }
    return result;
}

int matchRank(const QString& candidate, const QString& query) {
    const QString text = candidate.toCaseFolded();
    const QString initials = initialConsonants(text);
    int rank = 1;
    for (const QString& word : query.toCaseFolded().split(' ', Qt::SkipEmptyParts)) {
        const int found = std::max(wordRank(text, word), wordRank(initials, word));
        if (found == 0)
            return 0;
        rank += found;
    }
    return rank;
}

}  // namespace hearth::ui
