#include "ui/pages/schedules/repeat_editor.h"

#include <QCheckBox>
#include <QHBoxLayout>

#include "ui/i18n/language.h"
#include "ui/theme/paint.h"
#include "ui/widgets/combo_box.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/label.h"
#include "ui/widgets/line_field.h"

namespace hearth::ui {
namespace {

constexpr int kTimeWidth = 84;
constexpr int kMinuteStep = 5;

Every everyOf(const ComboBox& box) {
    return Every(box.choice().toInt());
}

}  // namespace

RepeatEditor::RepeatEditor(QWidget* parent)
    : QWidget(parent),
      m_every(new ComboBox),
      m_at(new Label(TextRole::Body, Tone::Muted)),
      m_time(new LineField),
      m_minute(new ComboBox),
      m_monthDay(new ComboBox),
      m_expression(new LineField),
      m_dayRow(new QWidget) {
    build();
    setFocusProxy(m_every);
    connect(m_every, &ComboBox::chosen, this, [this] {
        showParts();
        emit changed();
    });
    for (ComboBox* box : {m_minute, m_monthDay})
        connect(box, &ComboBox::chosen, this, &RepeatEditor::changed);
    for (LineField* edit : {m_time, m_expression})
        connect(edit, &LineField::settled, this, &RepeatEditor::changed);
    for (const QCheckBox* day : m_days)
        connect(day, &QCheckBox::toggled, this, &RepeatEditor::changed);
    translated(this, [this] { showTexts(); });
}

void RepeatEditor::build() {
    m_time->setFixedWidth(kTimeWidth);
    m_time->setText("02:00");
    m_expression->setPlaceholderText("30 2 * * mon-fri");
    auto* row = new QHBoxLayout;
    row->setSpacing(metrics::kGrid);
    row->addWidget(m_every);
    row->addWidget(m_monthDay);
    row->addWidget(m_at);
    row->addWidget(m_time);
    row->addWidget(m_minute);
    row->addWidget(m_expression, 1);
    row->addStretch(0);
    auto* days = new FlowLayout(m_dayRow, metrics::kGap);
    for (int i = 0; i < 7; ++i) {
        m_days.append(new QCheckBox);
        days->addWidget(m_days.last());
    }
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::kGrid);
    column->addLayout(row);
    column->addWidget(m_dayRow);
}

void RepeatEditor::showTexts() {
    const QLocale locale = Language::instance().locale();
    m_every->setChoices({{int(Every::Hour), tr("Every hour")},
                         {int(Every::Day), tr("Every day")},
                         {int(Every::Weekdays), tr("On weekdays")},
                         {int(Every::SomeDays), tr("On some days")},
                         {int(Every::Month), tr("Every month")},
                         {int(Every::Custom), tr("By a cron expression")}});
    QList<Choice> minutes, days;
    for (int minute = 0; minute < 60; minute += minute == 55 ? 4 : kMinuteStep)
        minutes.append({minute, tr("minute %1").arg(minute)});
    m_minute->setChoices(minutes);
    for (int day = 1; day <= 31; ++day)
        days.append({day, tr("on day %1").arg(day)});
    days.append({0, tr("on the last day")});
    m_monthDay->setChoices(days);
    for (int i = 0; i < m_days.size(); ++i) {
        m_days[i]->setText(locale.standaloneDayName(i + 1, QLocale::ShortFormat));
        m_days[i]->setAccessibleName(locale.standaloneDayName(i + 1));
    }
    m_at->setText(tr("at", "a time of the day"));
    m_time->setAccessibleName(tr("Time of the day"));
    m_minute->setAccessibleName(tr("Minute of the hour"));
    m_monthDay->setAccessibleName(tr("Day of the month"));
    m_expression->setAccessibleName(tr("Cron expression"));
    showParts();
}

void RepeatEditor::showParts() {
    const Every every = everyOf(*m_every);
    const bool timed = every != Every::Hour && every != Every::Custom;
    m_at->setVisible(every != Every::Custom);
    m_time->setVisible(timed);
    m_minute->setVisible(every == Every::Hour);
    m_monthDay->setVisible(every == Every::Month);
    m_expression->setVisible(every == Every::Custom);
    m_dayRow->setVisible(every == Every::SomeDays);
}

void RepeatEditor::setPlan(const CronPlan& plan, const QString& time) {
    const QSignalBlocker quiet(this);
    m_every->setChoice(int(plan.every));
    m_time->setText(time);
    if (plan.every == Every::Hour && m_minute->findData(plan.minute) < 0)
        m_minute->addItem(tr("minute %1").arg(plan.minute), plan.minute);
    m_minute->setChoice(plan.every == Every::Hour ? plan.minute : 0);
    m_monthDay->setChoice(plan.monthDay);
    m_expression->setText(plan.expression);
    for (int i = 0; i < m_days.size(); ++i)
        m_days[i]->setChecked(i < plan.days.size() && plan.days[i]);
    showParts();
}

CronPlan RepeatEditor::plan() const {
    CronPlan plan{.every = everyOf(*m_every),
                  .minute = m_minute->choice().toInt(),
                  .monthDay = m_monthDay->choice().toInt(),
                  .expression = m_expression->text()};
    for (int i = 0; i < m_days.size(); ++i)
        plan.days[i] = m_days[i]->isChecked();
    return plan;
}

QWidget* RepeatEditor::wrongPart() const {
    for (QWidget* typed : {m_time, m_expression})
        if (!typed->isHidden())
            return typed;
    return m_every;
}

void RepeatEditor::setFaulty(bool faulty) {
    for (QWidget* part : {static_cast<QWidget*>(m_every), static_cast<QWidget*>(m_time),
                          static_cast<QWidget*>(m_expression)})
        ui::setFaulty(part, faulty && part == wrongPart());
}

QString RepeatEditor::time() const {
    return m_time->text();
}

}  // namespace hearth::ui
