#include "ui/pages/overview/health_card.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

#include "ui/i18n/format.h"
#include "ui/i18n/language.h"
#include "ui/models/alarm_texts.h"
#include "ui/pages/overview/alarm_row.h"
#include "ui/widgets/button.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/icon_label.h"

namespace hearth::ui {

HealthCard::HealthCard(QWidget* parent)
    : Card(parent),
      m_icon(new IconLabel("node", 24, Tone::Muted)),
      m_headline(new Label(TextRole::Section)),
      m_facts(new ElidedLabel(TextRole::Body, Tone::Muted)),
      m_rows(new QVBoxLayout) {
    auto* line = new QHBoxLayout;
    line->setSpacing(12);
    line->addWidget(m_icon);
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(m_headline);
    words->addWidget(m_facts);
    line->addLayout(words, 1);
    body()->addLayout(line);
    m_rows->setSpacing(12);
    body()->addLayout(m_rows);
    body()->setSpacing(12);
    translated(this, [this] { describe(); });
}

void HealthCard::showNode(const NodeStatus& status) {
    m_status = status;
    describe();
}

void HealthCard::showAlarms(const QVector<Alarm>& alarms) {
    m_alarms = alarms;
    rebuildRows();
    describe();
}

void HealthCard::showAway(bool away) {
    m_away = away;
    describe();
}

void HealthCard::rebuildRows() {
    while (m_alarmRows.size() > m_alarms.size())
        delete m_alarmRows.takeLast();
    while (m_alarmRows.size() < m_alarms.size()) {
        auto* row = new AlarmRow;
        connect(row, &AlarmRow::opened, this, &HealthCard::opened);
        m_rows->addWidget(row);
        m_alarmRows.append(row);
    }
    for (qsizetype i = 0; i < m_alarms.size(); ++i)
        m_alarmRows[i]->showAlarm(m_alarms[i]);
}

QVector<QWidget*> HealthCard::buttons() const {
    QVector<QWidget*> buttons;
    for (const AlarmRow* row : m_alarmRows)
        buttons.append(row->button());
    return buttons;
}

QString HealthCard::headline(bool starting, Tone tone) const {
    if (m_away)
        return tr("%1 does not answer");
    if (starting)
        return tr("%1 is starting");
    if (tone == Tone::Good)
        return tr("%1 is well");
    return tone == Tone::Bad ? tr("%1 needs you now") : tr("%1 runs, but needs attention");
}

void HealthCard::describe() {
    if (!m_status) {
        m_headline->setText(tr("Asking the node how it is…"));
        m_facts->setText({});
        return;
    }
    const bool starting = m_status->status != QLatin1String("ready");
    const Tone tone = m_away ? Tone::Bad : worstTone(m_alarms);
    m_icon->setIconName(starting ? QString("clock") : toneIcon(tone));
    m_icon->setTone(starting ? Tone::Information : tone);
    m_headline->setText(headline(starting, tone).arg(m_status->name));
    const QStringList facts{tr("%n models served", nullptr, int(m_status->models.size())),
                            tr("up for %1").arg(formatDuration(double(m_status->uptimeSeconds))),
                            tr("version %1").arg(m_status->version)};
    m_facts->setText(facts.join(QStringLiteral(" · ")));
}

}  // namespace hearth::ui
