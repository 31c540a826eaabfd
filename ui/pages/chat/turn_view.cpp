#include "ui/pages/chat/turn_view.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

#include "ui/i18n/language.h"
#include "ui/pages/chat/answer_view.h"
#include "ui/pages/chat/prompt_bubble.h"
#include "ui/pages/chat/text_pane.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/button.h"

namespace hearth::ui {

TurnView::TurnView(const Conversation::Turn& turn, CurlOf curl, QWidget* parent)
    : QWidget(parent), m_curl(std::move(curl)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::kGap);
    column->addWidget(buildPrompt(turn.prompt));
    m_row = new QHBoxLayout;
    m_row->setSpacing(metrics::kMargin);
    for (int i = 0; i < turn.answers.size(); ++i) {
        m_answers.append(makeAnswer(i, *turn.answers[i]));
        m_row->addWidget(m_answers.last(), 1);
    }
    column->addLayout(m_row);
}

QWidget* TurnView::buildPrompt(const QString& prompt) {
    auto* holder = new QWidget;
    auto* row = new QHBoxLayout(holder);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    m_edit = new Button(ButtonKind::Plain, "edit");
    auto* bubble = new PromptBubble(prompt);
    row->addStretch(1);
    row->addWidget(m_edit, 0, Qt::AlignTop);
    row->addWidget(bubble, 100);
    connect(m_edit, &Button::clicked, this, &TurnView::editRequested);
    translated(this, [this, bubble] {
        m_edit->setName(tr("Edit this prompt"));
        bubble->pane()->setAccessibleName(tr("Your prompt"));
    });
    return holder;
}

AnswerView* TurnView::makeAnswer(int column, Answer& answer) {
    const QJsonObject request = answer.request();
    auto* view = new AnswerView(answer, [this, request] { return m_curl(request); });
    view->setRetriable(m_last);
    connect(view, &AnswerView::retryRequested, this,
            [this, column] { emit retryRequested(column); });
    return view;
}

void TurnView::replace(int column, Answer& answer) {
    AnswerView* view = makeAnswer(column, answer);
    AnswerView* former = std::exchange(m_answers[column], view);
    m_row->insertWidget(column, view, 1);
    m_row->removeWidget(former);
    former->hide();
    former->deleteLater();
}

void TurnView::setLast(bool last) {
    m_last = last;
    m_edit->setVisible(last);
    for (AnswerView* view : m_answers)
        view->setRetriable(last);
}

}  // namespace hearth::ui
