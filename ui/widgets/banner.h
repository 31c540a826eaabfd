#pragma once
#include <QWidget>

#include "ui/widgets/label.h"

namespace hearth::ui {

class Button;
class IconLabel;

/// One line across a page or the window while something is wrong or worth knowing, with the
/// action that mends it.
class Banner : public QWidget {
    Q_OBJECT
public:
    explicit Banner(QWidget* parent = nullptr);

    void setTone(Tone tone);
    Tone tone() const { return m_tone; }
    void setText(const QString& text);
    QString text() const;
    /// Empty hides the button.
    void setAction(const QString& text);
    Button* action() const { return m_action; }

signals:
    void actionClicked();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Tone m_tone = Tone::Attention;
    IconLabel* m_icon;
    Label* m_label;
    Button* m_action;
};

}  // namespace hearth::ui
