// Tells code fences from prose in a text that arrives in pieces.
#pragma once
#include <QString>
#include <QVector>

namespace hearth::ui {

/// What to do next with the text on the screen.
struct BlockStep {
    enum class Kind {
        OpenProse,
        OpenCode,  // text: the language, possibly empty
        Append,    // text: goes to the block opened last
    };
    Kind kind = Kind::Append;
    QString text;

    bool operator==(const BlockStep&) const = default;
};

/// Knows ``` fences and nothing else: whatever a model writes, the result is plain text in
/// blocks. Holds back what may yet turn out to be a fence, and blank lines at a block's edge.
class BlockSplitter {
public:
    QVector<BlockStep> feed(const QString& piece);
    /// The text is complete: gives what was held back.
    QVector<BlockStep> finish();

private:
    void takeLine(QVector<BlockStep>& steps, bool ended);
    bool maybeFence() const;
    bool turnsAtFence(QVector<BlockStep>& steps);
    void append(QVector<BlockStep>& steps, const QString& text);

    QString m_line;      // of the present line, not given out yet
    int m_newlines = 0;  // since the last character that was given out
    int m_fence = 0;     // backticks that opened the code block; 0 in prose
    bool m_open = false;
    bool m_lineBegun = false;  // a part of the present line was given out
};

}  // namespace hearth::ui
