// What the form says.
#include "ui/pages/schedules/schedule_form.h"
#include "ui/widgets/button.h"
#include "ui/widgets/card.h"
#include "ui/widgets/combo_box.h"
#include "ui/widgets/facts_table.h"
#include "ui/widgets/form_field.h"
#include "ui/widgets/line_field.h"
#include "ui/widgets/segmented_control.h"

namespace hearth::ui {

void ScheduleForm::showTexts() {
    m_whatCard->setTitle(tr("What to train, and with what"));
    m_whenCard->setTitle(tr("When it starts"));
    m_startsCard->setTitle(tr("Next starts"));
    m_starts->setName(tr("Next starts"));
    m_rulesCard->setTitle(tr("Rules"));
    field(ScheduleField::Name)->setLabel(tr("Name"));
    field(ScheduleField::Model)->setLabel(tr("Base model"));
    field(ScheduleField::Data)->setLabel(tr("Training data"));
    field(ScheduleField::Suffix)->setLabel(tr("Model's name"));
    field(ScheduleField::Epochs)->setLabel(tr("Epochs"));
    field(ScheduleField::LearningRate)->setLabel(tr("Learning rate"));
    field(ScheduleField::Repeat)->setLabel(tr("How often"));
    field(ScheduleField::At)->setLabel(tr("Date and time"));
    field(ScheduleField::After)->setLabel(tr("Waits for"));
    field(ScheduleField::Zone)->setLabel(tr("Time zone"));
    field(ScheduleField::Windows)->setLabel(tr("Allowed hours"));
    field(ScheduleField::Blackouts)->setLabel(tr("Never on"));
    field(ScheduleField::Missed)->setLabel(tr("Starts missed while the node was down"));
    field(ScheduleField::Overlap)->setLabel(tr("While the last run still waits or runs"));
    field(ScheduleField::Priority)->setLabel(tr("Priority"));
    field(ScheduleField::Suffix)->setHelp(tr("Part of each new model's name."));
    field(ScheduleField::Zone)->setHelp(tr("Times are by the clocks there, summer time included."));
    field(ScheduleField::Windows)
        ->setHelp(tr("A run stops with a checkpoint when they end, and goes on in the next."));
    field(ScheduleField::Blackouts)
        ->setHelp(tr("Days such as 2026-12-24, 12-25 or 2026-12-24..2027-01-02, with commas."));
    m_name->setPlaceholderText(tr("nightly"));
    m_suffix->setPlaceholderText(tr("support-answers"));
    for (LineField* edit : {m_epochs, m_rate})
        edit->setPlaceholderText(tr("auto"));
    m_at->setPlaceholderText("2026-12-01 02:00");
    m_afterStatus->setAccessibleName(tr("What it must have come to"));
    m_kind->setAccessibleName(tr("When it starts"));
    m_cancel->setText(tr("Cancel"));
    fillWords();
    fillModels();
    fillData();
    fillPredecessors();
    showKind();
    changed();
    showStarts();
}

void ScheduleForm::fillWords() {
    m_kind->setText(0, tr("Repeats"));
    m_kind->setText(1, tr("Once"));
    m_kind->setText(2, tr("After a run"));
    m_kind->setText(3, tr("On new data"));
    m_afterStatus->setChoices(
        {{QString("succeeded"), tr("has succeeded")}, {QString("ended"), tr("has ended")}});
    QList<Choice> missed, overlap, priority;
    for (const char* code : {"once", "skip", "all"})
        missed.append({QString(code), missedText(code, m_wanted.missedLimit)});
    for (const char* code : {"queue", "skip"})
        overlap.append({QString(code), overlapText(code)});
    for (const char* code : {"low", "normal", "high", "urgent"})
        priority.append({QString(code), priorityText(code),
                         m_mayBeUrgent || QLatin1String(code) != QLatin1String("urgent")});
    m_missed->setChoices(missed);
    m_overlap->setChoices(overlap);
    m_priority->setChoices(priority);
    m_save->setText(m_wanted.id.isEmpty() ? tr("Create schedule") : tr("Save changes"));
}

}  // namespace hearth::ui
