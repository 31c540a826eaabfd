#pragma once
#include <QScrollArea>

#include "ui/pages/chat/turn_view.h"

class QVBoxLayout;

namespace hearth::ui {

/// The turns of a conversation, one under the other. Follows the answer as it grows, unless the
/// user has scrolled away from the end.
class ConversationView : public QScrollArea {
    Q_OBJECT
public:
    ConversationView(Conversation& conversation, TurnView::CurlOf curl, QWidget* parent = nullptr);

    /// Wider when two answers stand side by side.
    void setWide(bool wide);
    /// The most that a line of turns takes.
    int columnWidth() const;
    TurnView* lastTurn() const;

signals:
    void editRequested();
    void retryRequested(int column);

private:
    void addTurn();
    void removeLast();
    void removeAll();

    Conversation& m_conversation;
    TurnView::CurlOf m_curl;
    QWidget* m_column;
    QVBoxLayout* m_turns;
    QVector<TurnView*> m_views;
    bool m_following = true;
};

}  // namespace hearth::ui
