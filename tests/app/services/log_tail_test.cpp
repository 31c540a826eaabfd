#include "app/services/node/log_tail.h"

#include <gmock/gmock.h>

#include "tests/support/temp_dir.h"

namespace hearth::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class LogTailTest : public testing::Test {
protected:
    std::vector<std::string> tail(const std::string& text, size_t count) {
        test::spit(m_folder / "log", text);
        const auto lines = lastLines(m_folder / "log", count);
        EXPECT_TRUE(lines.ok()) << lines.error().text();
        return lines ? *lines : std::vector<std::string>();
    }
    test::TempDir m_folder;
};

TEST_F(LogTailTest, TheLastLinesInTheirOrder) {
    EXPECT_THAT(tail("a\nb\nc\n", 2), ElementsAre("b", "c"));
    EXPECT_THAT(tail("a\nb\nc\n", 9), ElementsAre("a", "b", "c"));
    EXPECT_THAT(tail("", 9), IsEmpty());
}

TEST_F(LogTailTest, ALineThatIsBeingWrittenIsLeftOut) {
    EXPECT_THAT(tail("a\nb\n{\"ti", 9), ElementsAre("a", "b"));
    EXPECT_THAT(tail("{\"ti", 9), IsEmpty());
}

TEST_F(LogTailTest, OfALongLogNoLineIsCutInTheMiddle) {
    std::string text;
    while (text.size() < (5 << 20))
        text += "0123456789\n";
    const auto lines = tail(text, 1'000'000);
    EXPECT_GT(lines.size(), 100'000u);
    for (const auto& line : lines)
        ASSERT_EQ(line, "0123456789");
}

TEST_F(LogTailTest, AMissingFileIsAnError) {
    EXPECT_EQ(lastLines(m_folder / "none", 1).error().code, core::ErrorCode::NotFound);
}

}  // namespace
}  // namespace hearth::app
