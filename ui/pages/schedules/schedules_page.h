// The calendar: schedules, what they will start, and a new one.
#pragma once
#include "ui/api_client/node_api.h"
#include "ui/pages/schedules/schedule_draft.h"
#include "ui/pages/schedules/schedule_rows.h"
#include "ui/shell/page.h"

class QStackedWidget;

namespace hearth::ui {

class Banner;
class Button;
class Card;
class DataTable;
class Drawer;
class Label;
class Poll;
class ScheduleDetails;
class ScheduleForm;
class WeekView;

/// Items to open: a schedule's id, "new", "new?job=RUN" for a schedule that repeats a run.
class SchedulesPage : public Page {
    Q_OBJECT
public:
    explicit SchedulesPage(AppContext& context, QWidget* parent = nullptr);

    void openItem(const QString& item) override;
    void shown() override;
    void left() override;
    QVector<PageCommand> commands() override;

    DataTable* table() const { return m_table; }
    WeekView* week() const { return m_week; }
    Drawer* drawer() const { return m_drawer; }
    ScheduleDetails* details() const { return m_details; }
    ScheduleForm* form() const { return m_form; }
    QWidget* view() const;

private:
    void build();
    void buildDrawer();
    void connectParts();
    void addRowActions();
    void showTexts();
    void showView(QWidget* view);
    bool mayRun() const;

    void refresh();
    void askFiles();
    void takeSchedules(const QVector<Schedule>& schedules);
    void takeJobs();
    void askMissingJobs();
    void askComing();
    void showRows();
    void showWeek();
    const Schedule* find(const QString& id) const;

    void openDetails(const QString& id);
    void showDetails(const Schedule& schedule);
    void openForm(const ScheduleDraft& draft);
    void openFormLike(const QString& jobId);
    void edit(const QString& id);
    void setPaused(const QString& id, bool paused);
    void askDelete(const QString& id);
    void remove(const Schedule& schedule);
    void tellFailure(const QString& what, const ApiFailure& failure);

    Poll* m_poll;
    QVector<Schedule> m_schedules;
    bool m_known = false;
    QString m_wanted;  // to be opened once it is known
    ScheduleContext m_context;
    QHash<QString, ComingStarts> m_coming;  // by schedule
    QHash<QString, qint64> m_comingAsked;   // for which next start, by schedule
    QStackedWidget* m_views;
    QWidget* m_list;
    DataTable* m_table;
    Card* m_weekCard;
    WeekView* m_week;
    Label* m_zone;
    Banner* m_away;
    Drawer* m_drawer;
    ScheduleDetails* m_details;
    ScheduleForm* m_form;
    Button* m_new;
    Button* m_edit;
    Button* m_pause;
    Button* m_delete;
};

}  // namespace hearth::ui
