#include "ui/theme/calendar_dress.h"

#include <QCalendarWidget>
#include <QTableView>
#include <QTextCharFormat>
#include <QToolButton>

#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

namespace hearth::ui {
namespace {

void dressHead(QCalendarWidget* calendar) {
    if (auto* bar = calendar->findChild<QWidget*>("qt_calendar_navigationbar"))
        bar->setBackgroundRole(QPalette::Base);
    for (auto* button : calendar->findChildren<QToolButton*>()) {
        // It writes its text in this role, which would be the selection's colour.
        QPalette palette;
        palette.setColor(QPalette::HighlightedText, colors().text);
        button->setPalette(palette);
    }
}

void dressDays(QCalendarWidget* calendar) {
    QTextCharFormat day;
    day.setForeground(colors().text);
    for (const auto weekend : {Qt::Saturday, Qt::Sunday})
        calendar->setWeekdayTextFormat(weekend, day);
    QTextCharFormat head;
    head.setForeground(colors().muted);
    head.setBackground(colors().surface);
    calendar->setHeaderTextFormat(head);
}

}  // namespace

void dressCalendar(QCalendarWidget* calendar) {
    calendar->setVerticalHeaderFormat(QCalendarWidget::NoVerticalHeader);
    if (auto* previous = calendar->findChild<QToolButton*>("qt_calendar_prevmonth"))
        previous->setIcon(icon("chevron_left"));
    if (auto* next = calendar->findChild<QToolButton*>("qt_calendar_nextmonth"))
        next->setIcon(icon("chevron_right"));
    themed(calendar, [calendar] {
        dressHead(calendar);
        dressDays(calendar);
    });
}

}  // namespace hearth::ui
