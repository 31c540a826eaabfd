#include "ui/widgets/line_field.h"

#include <QKeyEvent>

namespace hearth::ui {

LineField::LineField(QWidget* parent) : QLineEdit(parent) {
    connect(this, &QLineEdit::textChanged, this, &LineField::settle);
}

void LineField::inputMethodEvent(QInputMethodEvent* event) {
    // Known before QLineEdit tells of the part that is committed in the same event.
    m_composing = !event->preeditString().isEmpty();
    QLineEdit::inputMethodEvent(event);
    settle();
}

void LineField::keyPressEvent(QKeyEvent* event) {
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (enter && m_composing)
        return event->accept();
    QLineEdit::keyPressEvent(event);
}

void LineField::settle() {
    if (m_composing || text() == m_settled)
        return;
    m_settled = text();
    emit settled(m_settled);
}

}  // namespace hearth::ui
