#pragma once
#include <QWidget>

namespace hearth::ui {

class Label;

/// One setting: what it is at the left, its control or value at the right. Names the control for
/// screen readers.
class SettingRow : public QWidget {
    Q_OBJECT
public:
    explicit SettingRow(QWidget* control, QWidget* parent = nullptr);

    /// An empty help takes no room.
    void setTexts(const QString& title, const QString& help = {});

private:
    QWidget* m_control;
    Label* m_title;
    Label* m_help;
};

}  // namespace hearth::ui
