#include "ui/shell/screens/fitting_stack.h"

#include <QVBoxLayout>

namespace hearth::ui {

FittingStack::FittingStack(QWidget* parent) : QWidget(parent) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
}

void FittingStack::addWidget(QWidget* widget) {
    layout()->addWidget(widget);
    widget->setVisible(m_widgets.isEmpty());
    m_widgets.append(widget);
}

void FittingStack::setCurrentIndex(int index) {
    m_current = index;
    // Never two at once: the window would grow for a moment.
    for (QWidget* widget : m_widgets)
        if (widget != currentWidget())
            widget->hide();
    if (currentWidget())
        currentWidget()->show();
}

void FittingStack::setCurrentWidget(QWidget* widget) {
    setCurrentIndex(static_cast<int>(m_widgets.indexOf(widget)));
}

}  // namespace hearth::ui
