#pragma once
class QCalendarWidget;

namespace hearth::ui {

/// Gives Qt's month view our arrows, our header and no red weekends. Follows the theme.
void dressCalendar(QCalendarWidget* calendar);

}  // namespace hearth::ui
