#pragma once
#include <QObject>

class QWidget;

namespace hearth::ui {

/// Cuts a popup window's corners round. A mask, because a translucent window is black at its
/// corners where no compositor runs.
class CornerMask : public QObject {
    Q_OBJECT
public:
    /// Owned by `popup`. One is enough: a second does nothing.
    explicit CornerMask(QWidget* popup);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
};

}  // namespace hearth::ui
