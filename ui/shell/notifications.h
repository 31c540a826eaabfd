#pragma once
#include <QWidget>

class QVBoxLayout;

namespace hearth::ui {

class Drawer;
class Toasts;

/// The history of notices, in a drawer at the right; opening it marks all as read.
class Notifications : public QWidget {
    Q_OBJECT
public:
    /// Makes its drawer over `host`.
    Notifications(Toasts& toasts, QWidget* host);

    void open();

private:
    void fill();

    Toasts& m_toasts;
    Drawer* m_drawer;
    QVBoxLayout* m_rows;
};

}  // namespace hearth::ui
