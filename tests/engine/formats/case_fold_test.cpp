#include "engine/formats/case_fold.h"

#include <gtest/gtest.h>

namespace hearth::engine::utf8 {
namespace {

TEST(CaseFoldTest, JoinsTheCasesOfAnyScript) {
    EXPECT_EQ(foldCase("Pump P-12"), "pump p-12");
    EXPECT_EQ(foldCase("ÄÖÜ"), foldCase("äöü"));
    EXPECT_EQ(foldCase("ΣΊΣΥΦΟΣ"), foldCase("Σίσυφος"));
    EXPECT_EQ(foldCase("НАСОС"), foldCase("насос"));
}

TEST(CaseFoldTest, KeepsWhatHasNoCase) {
    EXPECT_EQ(foldCase("펌프 泵 17 °C"), "펌프 泵 17 °c");
    EXPECT_EQ(foldCase(""), "");
}

TEST(CaseFoldTest, BrokenSequencesAreReplaced) {
    EXPECT_EQ(foldCase("A\xff"), "a\xef\xbf\xbd");
}

}  // namespace
}  // namespace hearth::engine::utf8
