#include "ui/pages/chat/message_text.h"

#include <QVBoxLayout>

#include "ui/pages/chat/code_block.h"
#include "ui/pages/chat/text_pane.h"

namespace hearth::ui {

MessageText::MessageText(QWidget* parent) : QWidget(parent) {
    m_column = new QVBoxLayout(this);
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(12);
}

void MessageText::append(const QString& piece) {
    apply(m_splitter.feed(piece));
}

void MessageText::finish() {
    apply(m_splitter.finish());
}

void MessageText::setPaneName(const QString& name) {
    m_paneName = name;
    for (auto* pane : findChildren<TextPane*>(QString(), Qt::FindDirectChildrenOnly))
        pane->setAccessibleName(name);
}

QVector<CodeBlock*> MessageText::codeBlocks() const {
    return findChildren<CodeBlock*>().toVector();
}

void MessageText::apply(const QVector<BlockStep>& steps) {
    for (const BlockStep& step : steps) {
        switch (step.kind) {
            case BlockStep::Kind::OpenProse:
                m_code = nullptr;
                m_prose = new TextPane(TextPane::Kind::Prose, this);
                m_prose->setAccessibleName(m_paneName);
                m_column->addWidget(m_prose);
                break;
            case BlockStep::Kind::OpenCode:
                m_prose = nullptr;
                m_code = new CodeBlock(step.text, this);
                m_column->addWidget(m_code);
                break;
            case BlockStep::Kind::Append:
                if (m_prose)
                    m_prose->append(step.text);
                else if (m_code)
                    m_code->append(step.text);
                break;
        }
    }
}

}  // namespace hearth::ui
