// Keys that order text as a person does: letter case and accents aside, "item 9" before "item 10",
// Hangul by syllable. Comparing two keys is comparing code units.
#pragma once
#include <QString>

namespace hearth::ui {

/// Any thread.
QString naturalSortKey(const QString& text);

}  // namespace hearth::ui
