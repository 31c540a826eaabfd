#pragma once
#include <QPushButton>
#include <optional>

#include "ui/widgets/label.h"

namespace hearth::ui {

/// One thing of a short list, on one line.
struct Line {
    QString id;
    QString title;
    QString note;  // muted, behind the title
    QString trailing;
    Tone tone = Tone::Muted;           // of the mark before the title; Normal: no mark
    std::optional<double> share = {};  // a bar below, 0..1

    bool operator==(const Line&) const = default;
};

/// A line that leads to its thing: click, Space or Enter.
class LineButton : public QPushButton {
    Q_OBJECT
public:
    explicit LineButton(QWidget* parent = nullptr);

    void setLine(const Line& line);
    const Line& line() const { return m_line; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {120, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    Line m_line;
};

}  // namespace hearth::ui
