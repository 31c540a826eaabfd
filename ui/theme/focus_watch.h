#pragma once
#include <QObject>

class QWidget;

namespace hearth::ui {

/// Remembers how the focus came to a widget, so that a click leaves no ring behind. The style
/// lets it watch the application; GUI thread only.
class FocusWatch : public QObject {
    Q_OBJECT
public:
    explicit FocusWatch(QObject* parent);

    static bool cameByMouse(const QWidget* widget);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
};

}  // namespace hearth::ui
