#pragma once
#include <QPointer>
#include <QWidget>

#include "ui/pages/chat/answer.h"

class QHBoxLayout;

namespace hearth::ui {

class Button;
class CopyButton;
class CopyField;
class ElidedLabel;
class IconLabel;
class Label;
class MessageText;
class Spinner;

/// One answer on the screen: the model's name, the text, what went wrong, and how fast it was.
class AnswerView : public QWidget {
    Q_OBJECT
public:
    /// `curl` gives the request as a command line. The answer outlives the view.
    AnswerView(Answer& answer, std::function<QString()> curl, QWidget* parent = nullptr);

    const Answer* answer() const { return m_answer; }
    /// Only the last turn can be asked again.
    void setRetriable(bool retriable);
    QString usageText() const;
    QString noteText() const;
    Button* retryButton() const { return m_retry; }
    /// In the note under a broken or failed answer.
    Button* askAgainButton() const { return m_again; }

signals:
    void retryRequested();

private:
    void build(std::function<QString()> curl);
    QWidget* buildNote();
    QWidget* buildFooter(std::function<QString()> curl);
    void refresh();
    void showNote();
    void showFooter();
    QString failureText() const;

    QPointer<Answer> m_answer;
    bool m_retriable = true;
    ElidedLabel* m_model = nullptr;
    Spinner* m_spinner = nullptr;
    ElidedLabel* m_wait = nullptr;
    MessageText* m_text = nullptr;
    QWidget* m_note = nullptr;
    IconLabel* m_noteIcon = nullptr;
    Label* m_noteText = nullptr;
    Button* m_again = nullptr;
    CopyField* m_requestId = nullptr;
    QWidget* m_footer = nullptr;
    ElidedLabel* m_usage = nullptr;
    CopyButton* m_copy = nullptr;
    CopyButton* m_curl = nullptr;
    Button* m_retry = nullptr;
};

}  // namespace hearth::ui
