#pragma once
#include <QAbstractButton>

namespace hearth::ui {

/// One entry of the navigation: icon and title, or the icon alone when collapsed.
class NavButton : public QAbstractButton {
    Q_OBJECT
public:
    NavButton(QString iconName, QWidget* parent = nullptr);

    void setCollapsed(bool collapsed);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent*) override;
    void enterEvent(QEnterEvent*) override { update(); }
    void leaveEvent(QEvent*) override { update(); }

private:
    QString m_icon;
    bool m_collapsed = false;
};

}  // namespace hearth::ui
