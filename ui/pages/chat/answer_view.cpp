#include "ui/pages/chat/answer_view.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

#include "ui/i18n/format.h"
#include "ui/i18n/language.h"
#include "ui/pages/chat/message_text.h"
#include "ui/widgets/copy_button.h"
#include "ui/widgets/copy_field.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/icon_label.h"
#include "ui/widgets/label.h"
#include "ui/widgets/spinner.h"

namespace hearth::ui {

AnswerView::AnswerView(Answer& answer, std::function<QString()> curl, QWidget* parent)
    : QWidget(parent), m_answer(&answer) {
    build(std::move(curl));
    m_text->append(answer.text());
    connect(&answer, &Answer::grew, m_text, &MessageText::append);
    connect(&answer, &Answer::changed, this, &AnswerView::refresh);
    connect(m_again, &Button::clicked, this, &AnswerView::retryRequested);
    connect(m_retry, &Button::clicked, this, &AnswerView::retryRequested);
    translated(this, [this] { refresh(); });
}

void AnswerView::build(std::function<QString()> curl) {
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(4);
    // The footer's icons stand under the text, their hover grounds to the left of it.
    auto* column = new QVBoxLayout;
    column->setContentsMargins(8, 0, 0, 0);
    column->setSpacing(6);
    auto* head = new QHBoxLayout;
    head->setSpacing(6);
    m_model = new ElidedLabel(TextRole::Caption, Tone::Muted);
    m_spinner = new Spinner(14);
    m_wait = new ElidedLabel(TextRole::Caption, Tone::Muted);
    head->addWidget(new IconLabel("models", 14, Tone::Accent));
    head->addWidget(m_model);
    head->addWidget(m_spinner);
    head->addWidget(m_wait, 1);
    column->addLayout(head);
    m_text = new MessageText;
    column->addWidget(m_text);
    m_note = buildNote();
    column->addWidget(m_note);
    outer->addLayout(column);
    m_footer = buildFooter(std::move(curl));
    outer->addWidget(m_footer);
    outer->addStretch(1);
}

QWidget* AnswerView::buildNote() {
    auto* note = new QWidget;
    auto* column = new QVBoxLayout(note);
    column->setContentsMargins(0, 4, 0, 0);
    column->setSpacing(8);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    m_noteIcon = new IconLabel("warning", 16, Tone::Attention);
    m_noteText = new Label(TextRole::Body);
    m_noteText->setWordWrap(true);
    m_noteText->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_again = new Button(ButtonKind::Quiet, "restart");
    row->addWidget(m_noteIcon);
    row->addWidget(m_noteText, 1);
    column->addLayout(row);
    m_requestId = new CopyField;
    m_requestId->setMaximumWidth(320);
    auto* actions = new QHBoxLayout;
    actions->setSpacing(metrics::kGrid);
    actions->addWidget(m_again);
    actions->addWidget(m_requestId, 1);
    actions->addStretch(0);
    column->addLayout(actions);
    return note;
}

QWidget* AnswerView::buildFooter(std::function<QString()> curl) {
    auto* footer = new QWidget;
    auto* row = new QHBoxLayout(footer);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    m_copy = new CopyButton([this] { return m_answer ? m_answer->text() : QString(); });
    m_curl = new CopyButton(std::move(curl));
    m_curl->setRestIcon("terminal");
    m_retry = new Button(ButtonKind::Plain, "restart");
    m_usage = new ElidedLabel(TextRole::Caption, Tone::Muted);
    for (QWidget* action : {static_cast<QWidget*>(m_copy), static_cast<QWidget*>(m_curl),
                            static_cast<QWidget*>(m_retry)})
        row->addWidget(action);
    row->addSpacing(8);
    row->addWidget(m_usage, 1);
    return footer;
}

void AnswerView::setRetriable(bool retriable) {
    m_retriable = retriable;
    refresh();
}

void AnswerView::refresh() {
    if (!m_answer)
        return;
    const QString model = m_answer->model();
    m_model->setText(model);
    m_text->setPaneName(tr("Answer of %1").arg(model));
    m_copy->setWhat(tr("Copy answer"));
    m_curl->setWhat(tr("Copy as curl"));
    m_retry->setName(tr("Ask again"));
    m_again->setText(tr("Ask again"));
    m_requestId->setName(tr("Request id"));
    if (m_answer->isRunning())
        m_spinner->start();
    else
        m_spinner->stop();
    m_wait->setText(m_answer->isSlow()
                        ? tr("Still waiting: the node is reading the prompt, or is busy with "
                             "other requests")
                        : QString());
    if (!m_answer->isRunning())
        m_text->finish();
    showNote();
    showFooter();
}

QString AnswerView::failureText() const {
    const ApiFailure& failure = m_answer->failure();
    if (m_answer->isContextFull())
        return tr(
            "The conversation is longer than this model's context. Start a new chat, or "
            "shorten the prompt.");
    if (m_answer->state() == Answer::State::Interrupted)
        return tr(
            "The answer broke off: the node stopped or restarted. What came so far is "
            "kept.");
    if (failure.kind == ApiFailure::Kind::Unreachable)
        return tr("The node did not answer. It may be stopped or restarting.");
    return failure.message.isEmpty() ? tr("The node could not answer.") : failure.message;
}

void AnswerView::showNote() {
    const Answer::State state = m_answer->state();
    const bool failed = state == Answer::State::Failed;
    const bool broken = state == Answer::State::Interrupted;
    QString note;
    if (failed || broken || m_answer->isContextFull())
        note = failureText();
    else if (state == Answer::State::Stopped)
        note = tr("You stopped this answer.");
    else if (m_answer->isCutAtLimit())
        note = tr("Cut off at %1 tokens. Raise the limit under Parameters for longer answers.")
                   .arg(formatCount(m_answer->completionTokens().value_or(0)));
    else if (state == Answer::State::Done && m_answer->text().isEmpty())
        note = tr("The model ended without a word.");
    const Tone tone = failed ? Tone::Bad : broken ? Tone::Attention : Tone::Muted;
    m_noteIcon->setIconName(toneIcon(tone));
    m_noteIcon->setTone(tone);
    m_noteText->setText(note);
    m_noteText->setTone(failed || broken ? Tone::Normal : Tone::Muted);
    m_again->setVisible((failed || broken) && m_retriable);
    m_requestId->setValue(m_answer->failure().requestId);
    m_requestId->setVisible((failed || broken) && !m_requestId->value().isEmpty());
    m_note->setVisible(!note.isEmpty());
}

void AnswerView::showFooter() {
    m_footer->setVisible(!m_answer->isRunning());
    m_copy->setVisible(!m_answer->text().isEmpty());
    m_retry->setVisible(m_retriable);
    QStringList parts;
    if (const auto tokens = m_answer->completionTokens())
        parts << tr("%Ln token(s)", nullptr, int(*tokens));
    if (const auto speed = m_answer->tokensPerSecond())
        parts << tr("%1 tokens/s").arg(formatDecimal(*speed, *speed < 100 ? 1 : 0));
    if (const auto first = m_answer->firstTokenSeconds())
        parts << tr("first after %1 s").arg(formatDecimal(*first, *first < 10 ? 2 : 0));
    if (const auto prompt = m_answer->promptTokens())
        parts << tr("prompt %1").arg(formatCount(*prompt));
    m_usage->setText(parts.join(QStringLiteral(" · ")));
}

QString AnswerView::usageText() const {
    return m_usage->text();
}

QString AnswerView::noteText() const {
    return m_note->isVisibleTo(this) ? m_noteText->text() : QString();
}

}  // namespace hearth::ui
