#include "ui/pages/chat/prompt_edit.h"

#include <QKeyEvent>
#include <QMimeData>
#include <QTextBlock>

#include "ui/theme/theme.h"

namespace hearth::ui {
namespace {

constexpr int kMostLines = 8;

}  // namespace

PromptEdit::PromptEdit(QWidget* parent) : QPlainTextEdit(parent) {
    setFrameShape(QFrame::NoFrame);
    setFont(fontFor(TextRole::Field));
    setTabChangesFocus(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    document()->setDocumentMargin(2);
    connect(this, &QPlainTextEdit::textChanged, this, &PromptEdit::fit);
    fit();
}

void PromptEdit::keyPressEvent(QKeyEvent* event) {
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (!enter)
        return QPlainTextEdit::keyPressEvent(event);
    if (m_composing)
        return event->accept();
    if (event->modifiers() & Qt::ShiftModifier)
        return insertPlainText(QStringLiteral("\n"));
    if (!event->isAutoRepeat())
        emit submitted();
}

void PromptEdit::inputMethodEvent(QInputMethodEvent* event) {
    m_composing = !event->preeditString().isEmpty();
    QPlainTextEdit::inputMethodEvent(event);
}

void PromptEdit::resizeEvent(QResizeEvent* event) {
    QPlainTextEdit::resizeEvent(event);
    fit();
}

void PromptEdit::focusInEvent(QFocusEvent* event) {
    QPlainTextEdit::focusInEvent(event);
    parentWidget()->update();  // the box around it shows the focus
}

void PromptEdit::focusOutEvent(QFocusEvent* event) {
    QPlainTextEdit::focusOutEvent(event);
    if (parentWidget())
        parentWidget()->update();
}

void PromptEdit::insertFromMimeData(const QMimeData* source) {
    if (source->hasText())
        insertPlainText(source->text());
}

void PromptEdit::fit() {
    int lines = 0;
    for (QTextBlock block = document()->begin(); block.isValid() && lines < kMostLines;
         block = block.next())
        lines += std::max(1, block.layout()->lineCount());
    lines = std::clamp(lines, 1, kMostLines);
    const int height =
        lines * fontMetrics().lineSpacing() + 2 * int(document()->documentMargin()) + 4;
    if (height != minimumHeight())
        setFixedHeight(height);
    setVerticalScrollBarPolicy(lines == kMostLines ? Qt::ScrollBarAsNeeded
                                                   : Qt::ScrollBarAlwaysOff);
}

}  // namespace hearth::ui
