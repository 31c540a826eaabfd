#pragma once
#include <QList>
#include <QWidget>

namespace hearth::ui {

/// Shows one of its widgets and is as high as that one; QStackedWidget is as high as the highest.
class FittingStack : public QWidget {
    Q_OBJECT
public:
    explicit FittingStack(QWidget* parent = nullptr);

    /// The first one is in front.
    void addWidget(QWidget* widget);
    void setCurrentIndex(int index);
    void setCurrentWidget(QWidget* widget);
    int currentIndex() const { return m_current; }
    QWidget* currentWidget() const { return m_widgets.value(m_current); }

private:
    QList<QWidget*> m_widgets;
    int m_current = 0;
};

}  // namespace hearth::ui
