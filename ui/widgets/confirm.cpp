#include "ui/widgets/confirm.h"

#include <QApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>
#include <QVBoxLayout>

#include "ui/i18n/language.h"
#include "ui/theme/paint.h"
#include "ui/widgets/button.h"
#include "ui/widgets/form_field.h"
#include "ui/widgets/label.h"
#include "ui/widgets/line_field.h"

namespace hearth::ui {
namespace {

constexpr int kWidth = 440;

}  // namespace

Confirm* Confirm::ask(QWidget* anywhere, ConfirmRequest request) {
    auto* confirm = new Confirm(anywhere->window(), std::move(request));
    confirm->show();
    confirm->raise();
    QWidget* first = confirm->m_name ? static_cast<QWidget*>(confirm->m_name) : confirm->m_cancel;
    first->setFocus(Qt::OtherFocusReason);
    return confirm;
}

Confirm::Confirm(QWidget* window, ConfirmRequest request)
    : QWidget(window), m_request(std::move(request)), m_focusBefore(QApplication::focusWidget()) {
    window->installEventFilter(this);
    setGeometry(window->rect());
    build();
    translated(this, [this] { showTexts(); });
}

void Confirm::build() {
    auto* outer = new QVBoxLayout(this);
    m_panel = new QWidget;
    m_panel->setFixedWidth(kWidth);
    outer->addWidget(m_panel, 0, Qt::AlignCenter);
    auto* column = new QVBoxLayout(m_panel);
    column->setContentsMargins(metrics::kMargin, metrics::kMargin, metrics::kMargin,
                               metrics::kMargin);
    column->setSpacing(metrics::kGap);
    m_title = new Label(TextRole::Section);
    m_message = new Label(TextRole::Body, Tone::Muted);
    for (Label* label : {m_title, m_message}) {
        label->setWordWrap(true);
        column->addWidget(label);
    }
    if (!m_request.name.isEmpty()) {
        m_name = new LineField;
        m_nameField = new FormField(m_name);
        column->addWidget(m_nameField);
        connect(m_name, &QLineEdit::textChanged, this,
                [this](const QString& text) { m_confirm->setEnabled(text == m_request.name); });
        // Return arrives here only when no composition is in progress.
        connect(m_name, &QLineEdit::returnPressed, this, [this] {
            if (m_confirm->isEnabled())
                accept();
        });
    }
    auto* actions = new QHBoxLayout;
    actions->setSpacing(metrics::kGrid);
    actions->addStretch(1);
    m_cancel = new Button;
    m_confirm =
        new Button(m_request.destructive ? ButtonKind::DestructiveFilled : ButtonKind::Primary);
    m_confirm->setEnabled(m_request.name.isEmpty());
    actions->addWidget(m_cancel);
    actions->addWidget(m_confirm);
    column->addLayout(actions);
    connect(m_cancel, &Button::clicked, this, &Confirm::cancel);
    connect(m_confirm, &Button::clicked, this, &Confirm::accept);
}

void Confirm::showTexts() {
    const ConfirmTexts texts = m_request.texts();
    m_title->setText(texts.title);
    m_message->setText(texts.message);
    m_confirm->setText(texts.confirm);
    m_cancel->setText(tr("Cancel"));
    if (m_nameField)
        m_nameField->setLabel(tr("Type %1 to confirm").arg(m_request.name));
    setAccessibleName(texts.title);
    setAccessibleDescription(texts.message);
}

void Confirm::accept() {
    finish(m_request.confirmed);
}

void Confirm::cancel() {
    finish(m_request.cancelled);
}

void Confirm::finish(const std::function<void()>& then) {
    if (std::exchange(m_done, true))
        return;
    hide();
    if (m_focusBefore)
        m_focusBefore->setFocus(Qt::OtherFocusReason);
    deleteLater();
    if (then)
        then();
}

bool Confirm::eventFilter(QObject* watched, QEvent* event) {
    if (watched == parent() && event->type() == QEvent::Resize)
        setGeometry(parentWidget()->rect());
    return QWidget::eventFilter(watched, event);
}

bool Confirm::focusNextPrevChild(bool next) {
    QList<QWidget*> stops{m_cancel};
    if (m_name)
        stops.prepend(m_name);
    if (m_confirm->isEnabled())
        stops.append(m_confirm);
    const qsizetype now = stops.indexOf(QApplication::focusWidget());
    const qsizetype then = (now + (next ? 1 : -1) + stops.size()) % stops.size();
    stops[then]->setFocus(next ? Qt::TabFocusReason : Qt::BacktabFocusReason);
    return true;
}

void Confirm::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), QColor(0, 0, 0, 102));
    paintShadow(painter, m_panel->geometry());
    paintBox(painter, m_panel->geometry(), colors().surface, colors().border);
}

void Confirm::mousePressEvent(QMouseEvent* event) {
    if (!m_panel->geometry().contains(event->pos()))
        cancel();
}

void Confirm::keyPressEvent(QKeyEvent* event) {
    // Nothing gets through to the window below.
    if (event->key() == Qt::Key_Escape)
        cancel();
}

}  // namespace hearth::ui
