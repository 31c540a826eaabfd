#pragma once
#include <QWidget>

#include "ui/api_client/node_api.h"
#include "ui/pages/schedules/schedule_rows.h"

namespace hearth::ui {

class Banner;
class FactList;
class FactsTable;
class Label;
class LineList;

/// One schedule: what it does, when it starts next, what came of its starts so far.
class ScheduleDetails : public QWidget {
    Q_OBJECT
public:
    explicit ScheduleDetails(NodeApi& api, QWidget* parent = nullptr);

    /// Asks the node for starts only when it is another schedule, or has changed.
    void open(const Schedule& schedule, const ScheduleContext& known);
    const Schedule& schedule() const { return m_schedule; }
    FactList* facts() const { return m_facts; }
    FactsTable* coming() const { return m_coming; }
    LineList* past() const { return m_past; }

signals:
    void runWanted(const QString& jobId);

private:
    void build();
    void showTexts();
    void showSchedule();
    void showComing();
    void showPast();
    void askStarts();

    NodeApi& m_api;
    Schedule m_schedule;
    ScheduleContext m_known;
    ComingStarts m_starts;
    QVector<ScheduleStart> m_begun;
    bool m_startsKnown = false;
    int m_opening = 0;  // answers to an earlier one are dropped

    Banner* m_note;
    FactList* m_facts;
    Label* m_comingTitle;
    FactsTable* m_coming;
    Label* m_comingNote;
    Label* m_pastTitle;
    LineList* m_past;
};

}  // namespace hearth::ui
