#pragma once
#include <QVector>
#include <QWidget>

#include "ui/pages/schedules/cron_plan.h"

class QCheckBox;

namespace hearth::ui {

class ComboBox;
class Label;
class LineField;

/// How often something starts: by choices, or as a cron expression.
class RepeatEditor : public QWidget {
    Q_OBJECT
public:
    explicit RepeatEditor(QWidget* parent = nullptr);

    /// `time` is the plan's, as it was typed; of plans that have one.
    void setPlan(const CronPlan& plan, const QString& time);
    /// Hour and minute are those of time(), except for a plan of each hour.
    CronPlan plan() const;
    QString time() const;
    /// The part that is wrong when anything is: what is typed, where something is.
    QWidget* wrongPart() const;
    /// Marks that part instead of the whole.
    void setFaulty(bool faulty);

    ComboBox* every() const { return m_every; }
    LineField* timeEdit() const { return m_time; }
    LineField* expression() const { return m_expression; }
    const QVector<QCheckBox*>& dayBoxes() const { return m_days; }

signals:
    void changed();

private:
    void build();
    void showTexts();
    void showParts();

    ComboBox* m_every;
    Label* m_at;
    LineField* m_time;
    ComboBox* m_minute;
    ComboBox* m_monthDay;
    LineField* m_expression;
    QWidget* m_dayRow;
    QVector<QCheckBox*> m_days;
};

}  // namespace hearth::ui
