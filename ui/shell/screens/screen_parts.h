// What the screens before and beside a session are made of.
#pragma once
#include <QVBoxLayout>

#include "ui/widgets/label.h"

namespace hearth::ui {

class Button;

/// A screen: title, one paragraph, then its own parts, 16 px apart.
class Screen : public QWidget {
    Q_OBJECT
public:
    explicit Screen(QWidget* parent = nullptr);

    /// Called each time it comes to the front.
    virtual void shown() {}

protected:
    void setTitle(const QString& title);
    void setSentence(const QString& sentence, Tone tone = Tone::Muted);
    QVBoxLayout* body() { return m_body; }
    /// Buttons in a row, the primary first.
    void addButtons(const QList<Button*>& buttons);

private:
    Label* m_title;
    Label* m_sentence;
    QVBoxLayout* m_body;
};

/// Wraps, and may be selected and copied.
Label* paragraph(TextRole role = TextRole::Body, Tone tone = Tone::Normal);

}  // namespace hearth::ui
