#include "ui/pages/chat/conversation_view.h"

#include <QHBoxLayout>
#include <QScrollBar>
#include <QVBoxLayout>

#include "ui/i18n/language.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/button.h"

namespace hearth::ui {
namespace {

constexpr int kReadingWidth = 820;
constexpr int kComparingWidth = 1480;

}  // namespace

ConversationView::ConversationView(Conversation& conversation, TurnView::CurlOf curl,
                                   QWidget* parent)
    : QScrollArea(parent), m_conversation(conversation), m_curl(std::move(curl)) {
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    viewport()->setAutoFillBackground(false);
    auto* page = new QWidget;
    auto* row = new QHBoxLayout(page);
    row->setContentsMargins(0, 0, metrics::kGap, 0);
    m_column = new QWidget;
    m_turns = new QVBoxLayout(m_column);
    m_turns->setContentsMargins(0, metrics::kGrid, 0, metrics::kMargin);
    m_turns->setSpacing(metrics::kMargin);
    m_turns->addStretch(1);
    row->addStretch(1);
    row->addWidget(m_column, 1000);
    row->addStretch(1);
    setWidget(page);
    page->setAutoFillBackground(false);
    setWide(false);
    connect(&conversation, &Conversation::turnAdded, this, &ConversationView::addTurn);
    connect(&conversation, &Conversation::turnTaken, this, &ConversationView::removeLast);
    connect(&conversation, &Conversation::cleared, this, &ConversationView::removeAll);
    connect(&conversation, &Conversation::answerReplaced, this, [this](int column) {
        lastTurn()->replace(column, *m_conversation.turns().last().answers[column]);
    });
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, [this](int value) {
        // The slack forgives the rounding of line heights.
        m_following = value >= verticalScrollBar()->maximum() - 24;
    });
    connect(verticalScrollBar(), &QScrollBar::rangeChanged, this, [this](int, int maximum) {
        if (m_following)
            verticalScrollBar()->setValue(maximum);
    });
    translated(this, [this] { setAccessibleName(tr("Conversation")); });
}

void ConversationView::setWide(bool wide) {
    m_column->setMaximumWidth(wide ? kComparingWidth : kReadingWidth);
}

int ConversationView::columnWidth() const {
    return m_column->maximumWidth();
}

TurnView* ConversationView::lastTurn() const {
    return m_views.isEmpty() ? nullptr : m_views.last();
}

void ConversationView::addTurn() {
    if (TurnView* former = lastTurn())
        former->setLast(false);
    auto* view = new TurnView(m_conversation.turns().last(), m_curl);
    connect(view, &TurnView::editRequested, this, &ConversationView::editRequested);
    connect(view, &TurnView::retryRequested, this, &ConversationView::retryRequested);
    m_turns->insertWidget(m_turns->count() - 1, view);
    m_views.append(view);
    m_following = true;
}

void ConversationView::removeLast() {
    delete m_views.takeLast();
    if (TurnView* view = lastTurn())
        view->setLast(true);
}

void ConversationView::removeAll() {
    qDeleteAll(std::exchange(m_views, {}));
    m_following = true;
}

}  // namespace hearth::ui
