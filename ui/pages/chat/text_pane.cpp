#include "ui/pages/chat/text_pane.h"

#include <QScrollBar>
#include <QTextBlock>
#include <QWheelEvent>

#include "ui/theme/theme.h"

namespace hearth::ui {
namespace {

constexpr int kLineHeight = 125;  // per cent
// A paragraph is laid out anew as a whole when it grows: beyond this, frames get lost.
constexpr int kLongParagraph = 2500;

}  // namespace

TextPane::TextPane(Kind kind, QWidget* parent) : QTextEdit(parent), m_kind(kind) {
    setReadOnly(true);
    setAcceptRichText(false);
    setUndoRedoEnabled(false);
    setFrameShape(QFrame::NoFrame);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    document()->setDocumentMargin(0);
    if (kind == Kind::Code) {
        setFont(fontFor(TextRole::Mono));
        setLineWrapMode(QTextEdit::NoWrap);
    } else {
        setFont(fontFor(TextRole::Field));
        setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    }
    connect(document()->documentLayout(), &QAbstractTextDocumentLayout::documentSizeChanged, this,
            &TextPane::fit);
    QTextBlockFormat lines;
    lines.setLineHeight(kLineHeight, QTextBlockFormat::ProportionalHeight);
    QTextCursor(document()).setBlockFormat(lines);
    fit();
}

QString TextPane::broken(const QString& text) {
    QString result;
    result.reserve(text.size());
    for (const QChar c : text) {
        m_paragraph = c == '\n' ? 0 : m_paragraph + 1;
        const bool space = m_paragraph > kLongParagraph && c.isSpace();
        const bool must = m_paragraph > 2 * kLongParagraph && !c.isLowSurrogate();
        if (space || must) {
            result += '\n';
            m_paragraph = 0;
        }
        if (!space)
            result += c;
    }
    return result;
}

void TextPane::append(const QString& text) {
    QTextCursor reader = textCursor();
    const int anchor = reader.anchor();
    const int position = reader.position();
    const int across = horizontalScrollBar()->value();
    QTextCursor end(document());
    end.movePosition(QTextCursor::End);
    end.insertText(broken(text));
    // A cursor at the end would have come along; the reader's selection and place stay.
    reader.setPosition(anchor);
    reader.setPosition(position, QTextCursor::KeepAnchor);
    setTextCursor(reader);
    horizontalScrollBar()->setValue(across);
}

void TextPane::fit() {
    int height = int(std::ceil(document()->size().height()));
    if (m_kind == Kind::Code && horizontalScrollBar()->maximum() > 0)
        height += horizontalScrollBar()->sizeHint().height();
    height = std::max(height, fontMetrics().lineSpacing());
    if (height != minimumHeight())
        setFixedHeight(height);
}

void TextPane::wheelEvent(QWheelEvent* event) {
    const bool across = std::abs(event->angleDelta().x()) > std::abs(event->angleDelta().y());
    if (across && m_kind == Kind::Code)
        QTextEdit::wheelEvent(event);
    else
        event->ignore();  // the page scrolls
}

void TextPane::resizeEvent(QResizeEvent* event) {
    QTextEdit::resizeEvent(event);
    fit();
}

}  // namespace hearth::ui
