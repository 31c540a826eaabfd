#pragma once
#include <QWidget>

#include "ui/pages/chat/block_splitter.h"

class QVBoxLayout;

namespace hearth::ui {

class CodeBlock;
class TextPane;

/// A message as plain text with code blocks, growing at its end. Nothing in it is markup.
class MessageText : public QWidget {
    Q_OBJECT
public:
    explicit MessageText(QWidget* parent = nullptr);

    void append(const QString& piece);
    /// No more will come: what was held back is shown.
    void finish();
    /// Of the panes, for screen readers: "Answer of hearth-demo".
    void setPaneName(const QString& name);

    QVector<CodeBlock*> codeBlocks() const;

private:
    void apply(const QVector<BlockStep>& steps);

    QVBoxLayout* m_column;
    BlockSplitter m_splitter;
    QString m_paneName;
    TextPane* m_prose = nullptr;  // one of the two is where text goes now
    CodeBlock* m_code = nullptr;
};

}  // namespace hearth::ui
