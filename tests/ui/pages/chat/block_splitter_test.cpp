#include "ui/pages/chat/block_splitter.h"

#include <gtest/gtest.h>

namespace hearth::ui {
namespace {

/// Blocks as "prose|..." and "code LANG|...", whatever the size of the pieces.
QStringList blocksOf(const QString& text, int pieceSize) {
    BlockSplitter splitter;
    QStringList blocks;
    const auto apply = [&](const QVector<BlockStep>& steps) {
        for (const BlockStep& step : steps) {
            if (step.kind == BlockStep::Kind::OpenProse)
                blocks << "prose|";
            else if (step.kind == BlockStep::Kind::OpenCode)
                blocks << "code " + step.text + "|";
            else
                blocks.last() += step.text;
        }
    };
    for (int i = 0; i < text.size(); i += pieceSize)
        apply(splitter.feed(text.mid(i, pieceSize)));
    apply(splitter.finish());
    return blocks;
}

class BlockSplitterTest : public testing::TestWithParam<int> {
protected:
    QStringList blocks(const QString& text) { return blocksOf(text, GetParam()); }
};

TEST_P(BlockSplitterTest, ProseStaysOneBlock) {
    EXPECT_EQ(blocks("One.\n\nTwo."), QStringList{"prose|One.\n\nTwo."});
}

TEST_P(BlockSplitterTest, FencesMakeCode) {
    EXPECT_EQ(blocks("See:\n\n```python\nx = 1\n\ny = 2\n```\n\nDone."),
              (QStringList{"prose|See:", "code python|x = 1\n\ny = 2", "prose|Done."}));
}

TEST_P(BlockSplitterTest, AnUnclosedFenceIsCodeToTheEnd) {
    EXPECT_EQ(blocks("```\nx = 1\n"), (QStringList{"code |x = 1"}));
}

TEST_P(BlockSplitterTest, AFenceInsideALongerOneIsText) {
    EXPECT_EQ(blocks("````md\n```\nx\n```\n````\nEnd"),
              (QStringList{"code md|```\nx\n```", "prose|End"}));
}

TEST_P(BlockSplitterTest, InlineBackticksAreText) {
    EXPECT_EQ(blocks("`a` and ``b``\n`c`"), QStringList{"prose|`a` and ``b``\n`c`"});
    EXPECT_EQ(blocks("```a``` inline"), QStringList{"prose|```a``` inline"});
}

TEST_P(BlockSplitterTest, MarkupIsText) {
    EXPECT_EQ(blocks("<b>no</b> [x](javascript:1)"),
              QStringList{"prose|<b>no</b> [x](javascript:1)"});
}

TEST_P(BlockSplitterTest, IndentationOfCodeStays) {
    EXPECT_EQ(blocks("```\n    deep\n  less\n```"), (QStringList{"code |    deep\n  less"}));
}

INSTANTIATE_TEST_SUITE_P(Pieces, BlockSplitterTest, testing::Values(1, 2, 3, 7, 1000));

}  // namespace
}  // namespace hearth::ui
