#pragma once
#include <QWidget>

#include "ui/pages/chat/conversation.h"

class QHBoxLayout;

namespace hearth::ui {

class AnswerView;
class Button;

/// A prompt and its answers, the answers side by side.
class TurnView : public QWidget {
    Q_OBJECT
public:
    using CurlOf = std::function<QString(const QJsonObject& request)>;

    TurnView(const Conversation::Turn& turn, CurlOf curl, QWidget* parent = nullptr);

    void replace(int column, Answer& answer);
    /// The last turn can be edited and asked again.
    void setLast(bool last);
    AnswerView* answerView(int column) const { return m_answers[column]; }
    Button* editButton() const { return m_edit; }

signals:
    void editRequested();
    void retryRequested(int column);

private:
    QWidget* buildPrompt(const QString& prompt);
    AnswerView* makeAnswer(int column, Answer& answer);

    CurlOf m_curl;
    Button* m_edit = nullptr;
    QHBoxLayout* m_row = nullptr;
    QVector<AnswerView*> m_answers;
    bool m_last = true;
};

}  // namespace hearth::ui
