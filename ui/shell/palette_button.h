#pragma once
#include <QAbstractButton>

namespace hearth::ui {

/// Looks like a search field and opens the palette.
class PaletteButton : public QAbstractButton {
    Q_OBJECT
public:
    explicit PaletteButton(QWidget* parent = nullptr);

    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent*) override;
    void enterEvent(QEnterEvent*) override { update(); }
    void leaveEvent(QEvent*) override { update(); }
};

}  // namespace hearth::ui
