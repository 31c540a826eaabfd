// How the palette finds what was typed.
#pragma once
#include <QString>

namespace hearth::ui {

/// Rank of `candidate` for `query`, 0 when it does not match; higher is better. Every word of the
/// query must occur; the start of a word counts more. Hangul is found by its initial consonants
/// too ("ㅁㄷ" finds "모델").
int matchRank(const QString& candidate, const QString& query);

/// The initial consonants of Hangul syllables; other characters stay.
QString initialConsonants(const QString& text);

}  // namespace hearth::ui
