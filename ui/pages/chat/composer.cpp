#include "ui/pages/chat/composer.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPainter>
#include <QVBoxLayout>

#include "ui/i18n/language.h"
#include "ui/pages/chat/prompt_edit.h"
#include "ui/theme/paint.h"
#include "ui/widgets/button.h"
#include "ui/widgets/label.h"

namespace hearth::ui {

Composer::Composer(QWidget* parent) : QWidget(parent) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 10, 8, 8);
    column->setSpacing(4);
    m_edit = new PromptEdit;
    column->addWidget(m_edit);
    auto* row = new QHBoxLayout;
    m_hint = new Label(TextRole::Caption, Tone::Muted);
    m_button = new Button(ButtonKind::Primary, "send");
    row->addWidget(m_hint, 1);
    row->addWidget(m_button);
    column->addLayout(row);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    connect(m_edit, &PromptEdit::submitted, this, &Composer::submit);
    connect(m_edit, &QPlainTextEdit::textChanged, this, &Composer::refresh);
    connect(m_button, &Button::clicked, this, [this] {
        if (m_running)
            emit stopped();
        else
            submit();
    });
    translated(this, [this] {
        m_edit->setAccessibleName(tr("Prompt"));
        m_edit->setPlaceholderText(tr("Ask the model something"));
        refresh();
    });
}

void Composer::setRunning(bool running) {
    m_running = running;
    refresh();
}

void Composer::setBlocked(const QString& reason) {
    m_blocked = reason;
    refresh();
}

void Composer::setText(const QString& text) {
    m_edit->setPlainText(text);
    m_edit->moveCursor(QTextCursor::End);
    m_edit->setFocus(Qt::OtherFocusReason);
}

void Composer::submit() {
    const QString prompt = m_edit->toPlainText();
    if (m_running || !m_blocked.isEmpty() || prompt.trimmed().isEmpty() || m_edit->isComposing())
        return;
    // The button is about to be disabled and would hand the focus on to whatever comes next.
    m_edit->setFocus(Qt::OtherFocusReason);
    m_edit->clear();
    emit sent(prompt);
}

void Composer::refresh() {
    const bool empty = m_edit->toPlainText().trimmed().isEmpty();
    m_button->setKind(m_running ? ButtonKind::Quiet : ButtonKind::Primary);
    m_button->setIconName(m_running ? "stop" : "send");
    m_button->setText(m_running ? tr("Stop") : tr("Send"));
    m_button->setEnabled(m_running || (m_blocked.isEmpty() && !empty));
    if (m_running)
        m_hint->setText(tr("Esc stops the answer"));
    else
        m_hint->setText(m_blocked.isEmpty() ? tr("Enter sends, Shift+Enter starts a new line")
                                            : m_blocked);
}

void Composer::paintEvent(QPaintEvent*) {
    const Colors& c = colors();
    QPainter painter(this);
    paintBox(painter, rect(), c.surface, c.outline, 8);
    if (m_edit->hasFocus())
        paintFocusRing(painter, rect(), 8);
}

void Composer::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape && m_running && !m_edit->isComposing())
        emit stopped();
    else
        QWidget::keyPressEvent(event);
}

}  // namespace hearth::ui
