#pragma once
#include <QWidget>

namespace hearth::ui {

/// A hairline with round corners over the edges of a table, which cannot clip its own.
class TableFrame : public QWidget {
    Q_OBJECT
public:
    /// Lies over the whole of `covered` from now on.
    explicit TableFrame(QWidget* covered);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
};

}  // namespace hearth::ui
