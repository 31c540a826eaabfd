#pragma once
#include <QWidget>

#include "ui/api_client/node_types.h"

namespace hearth::ui {

class Button;
class IconLabel;
class Label;

/// An alarm: what is wrong, since when, what to do, and the way there.
class AlarmRow : public QWidget {
    Q_OBJECT
public:
    explicit AlarmRow(QWidget* parent = nullptr);

    void showAlarm(const Alarm& alarm);
    const Alarm& alarm() const { return m_alarm; }
    Button* button() const { return m_button; }

signals:
    void opened(const QString& page, const QString& item);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void describe();

    Alarm m_alarm;
    IconLabel* m_icon;
    Label* m_message;
    Label* m_action;
    Label* m_since;
    Button* m_button;
};

}  // namespace hearth::ui
