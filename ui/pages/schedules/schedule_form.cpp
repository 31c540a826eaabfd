#include "ui/pages/schedules/schedule_form.h"

#include <QCompleter>
#include <QHBoxLayout>
#include <QScrollArea>
#include <QStringListModel>
#include <QTimeZone>

#include "ui/i18n/language.h"
#include "ui/pages/schedules/hours_editor.h"
#include "ui/pages/schedules/repeat_editor.h"
#include "ui/widgets/button.h"
#include "ui/widgets/card.h"
#include "ui/widgets/combo_box.h"
#include "ui/widgets/facts_table.h"
#include "ui/widgets/form_field.h"
#include "ui/widgets/form_sheet.h"
#include "ui/widgets/label.h"
#include "ui/widgets/line_field.h"
#include "ui/widgets/scrolled.h"
#include "ui/widgets/segmented_control.h"

namespace hearth::ui {
namespace {

constexpr int kFields = 15;
constexpr int kFormWidth = 1020;
constexpr int kSoonMs = 250;

QHBoxLayout* rowOf(std::initializer_list<QWidget*> parts) {
    auto* row = new QHBoxLayout;
    row->setSpacing(metrics::kGap);
    for (QWidget* part : parts)
        row->addWidget(part, 1, Qt::AlignTop);
    return row;
}

/// Completes a time zone by any part of its name: "seoul".
void completeZones(LineField* edit) {
    QStringList zones;
    for (const QByteArray& zone : QTimeZone::availableTimeZoneIds())
        zones.append(QString::fromLatin1(zone));
    auto* completer = new QCompleter(zones, edit);
    completer->setCaseSensitivity(Qt::CaseInsensitive);
    completer->setFilterMode(Qt::MatchContains);
    completer->setMaxVisibleItems(8);
    edit->setCompleter(completer);
}

}  // namespace

ScheduleForm::ScheduleForm(NodeApi& api, QWidget* parent)
    : QWidget(parent), m_api(api), m_fields(kFields) {
    m_soon.setSingleShot(true);
    m_soon.setInterval(kSoonMs);
    build();
    connectParts();
    translated(this, [this] { showTexts(); });
}

void ScheduleForm::build() {
    m_sheet = new FormSheet(kFormWidth);
    m_sheet->addColumn({buildWhat(), buildWhen()}, 3);
    m_sheet->addColumn({buildStarts(), buildRules()}, 2);

    auto* scroll = scrolled(m_sheet);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_save = new Button(ButtonKind::Primary);
    m_cancel = new Button(ButtonKind::Quiet);
    auto* actions = new QHBoxLayout;
    actions->setSpacing(metrics::kGrid);
    actions->addWidget(m_save);
    actions->addWidget(m_cancel);
    actions->addStretch(1);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(metrics::kGap);
    outer->addWidget(scroll, 1);
    outer->addLayout(actions);
}

QWidget* ScheduleForm::buildWhat() {
    m_whatCard = new Card;
    QVBoxLayout* column = m_whatCard->body();
    m_name = new LineField;
    m_model = new ComboBox;
    m_data = new ComboBox;
    m_suffix = new LineField;
    m_epochs = new LineField;
    m_rate = new LineField;
    for (LineField* number : {m_epochs, m_rate})
        number->setInputMethodHints(Qt::ImhFormattedNumbersOnly);
    add(ScheduleField::Name, m_name, column)->setRequired(true);
    add(ScheduleField::Model, m_model, nullptr)->setRequired(true);
    add(ScheduleField::Data, m_data, nullptr)->setRequired(true);
    add(ScheduleField::Suffix, m_suffix, nullptr);
    add(ScheduleField::Epochs, m_epochs, nullptr);
    add(ScheduleField::LearningRate, m_rate, nullptr);
    column->addLayout(rowOf({field(ScheduleField::Model), field(ScheduleField::Data)}));
    column->addLayout(rowOf({field(ScheduleField::Suffix), field(ScheduleField::Epochs),
                             field(ScheduleField::LearningRate)}));
    return m_whatCard;
}

QWidget* ScheduleForm::buildWhen() {
    m_whenCard = new Card;
    QVBoxLayout* column = m_whenCard->body();
    m_kind = new SegmentedControl;
    for (const char* kind : {"cron", "at", "after", "on_change"})
        m_kind->addChoice(QString::fromLatin1(kind));
    column->addWidget(m_kind, 0, Qt::AlignLeft);
    m_repeat = new RepeatEditor;
    m_at = new LineField;
    m_after = new ComboBox;
    m_afterStatus = new ComboBox;
    m_changeNote = new Label(TextRole::Body, Tone::Muted);
    m_changeNote->setWordWrap(true);
    m_zone = new LineField;
    completeZones(m_zone);
    auto* after = new QWidget;
    auto* afterRow = new QHBoxLayout(after);
    afterRow->setContentsMargins(0, 0, 0, 0);
    afterRow->setSpacing(metrics::kGrid);
    afterRow->addWidget(m_after, 1);
    afterRow->addWidget(m_afterStatus);
    after->setFocusProxy(m_after);
    add(ScheduleField::Repeat, m_repeat, column);
    add(ScheduleField::At, m_at, column);
    add(ScheduleField::After, after, column);
    column->addWidget(m_changeNote);
    add(ScheduleField::Zone, m_zone, column);
    return m_whenCard;
}

QWidget* ScheduleForm::buildStarts() {
    m_startsCard = new Card;
    m_starts = new FactsTable;
    m_startsNote = new Label(TextRole::Body, Tone::Muted);
    m_startsNote->setWordWrap(true);
    m_startsCard->body()->setSpacing(metrics::kGrid);
    m_startsCard->body()->addWidget(m_starts);
    m_startsCard->body()->addWidget(m_startsNote);
    return m_startsCard;
}

QWidget* ScheduleForm::buildRules() {
    m_rulesCard = new Card;
    QVBoxLayout* column = m_rulesCard->body();
    m_windows = new HoursEditor;
    m_blackouts = new LineField;
    m_missed = new ComboBox;
    m_overlap = new ComboBox;
    m_priority = new ComboBox;
    add(ScheduleField::Windows, m_windows, column);
    add(ScheduleField::Blackouts, m_blackouts, column);
    add(ScheduleField::Missed, m_missed, column);
    add(ScheduleField::Overlap, m_overlap, column);
    add(ScheduleField::Priority, m_priority, column);
    return m_rulesCard;
}

FormField* ScheduleForm::add(ScheduleField which, QWidget* editor, QVBoxLayout* column) {
    auto* field = new FormField(editor);
    m_fields[int(which)] = field;
    if (column)
        column->addWidget(field);
    return field;
}

void ScheduleForm::connectParts() {
    connect(m_save, &Button::clicked, this, &ScheduleForm::submit);
    connect(m_cancel, &Button::clicked, this, &ScheduleForm::cancelled);
    connect(&m_soon, &QTimer::timeout, this, &ScheduleForm::askStarts);
    connect(m_kind, &SegmentedControl::chosen, this, [this] {
        showKind();
        changed();
    });
    connect(m_repeat, &RepeatEditor::changed, this, &ScheduleForm::changed);
    connect(m_windows, &HoursEditor::changed, this, &ScheduleForm::changed);
    for (ComboBox* box : {m_model, m_data, m_after, m_afterStatus, m_missed, m_overlap, m_priority})
        connect(box, &ComboBox::chosen, this, &ScheduleForm::changed);
    for (LineField* edit : {m_name, m_suffix, m_epochs, m_rate, m_at, m_zone, m_blackouts})
        connect(edit, &LineField::settled, this, &ScheduleForm::changed);
}

void ScheduleForm::showKind() {
    const QString kind = m_kind->choice().toString();
    field(ScheduleField::Repeat)->setVisible(kind == "cron");
    field(ScheduleField::At)->setVisible(kind == "at");
    field(ScheduleField::After)->setVisible(kind == "after");
    m_changeNote->setVisible(kind == "on_change");
}

void ScheduleForm::setMayBeUrgent(bool may) {
    m_mayBeUrgent = may;
    fillWords();
}

ScheduleDraft ScheduleForm::draft() const {
    ScheduleDraft draft = m_wanted;
    draft.name = m_name->text();
    if (m_modelsKnown)
        draft.model = m_model->choice().toString();
    if (m_filesKnown) {
        const QString data = m_data->choice().toString();  // "name:..." or "file:..."
        draft.dataSet = data.startsWith("name:") ? data.mid(5) : QString();
        draft.trainingFile = data.startsWith("file:") ? data.mid(5) : QString();
    }
    draft.suffix = m_suffix->text().trimmed();
    draft.epochs = m_epochs->text();
    draft.learningRate = m_rate->text();
    draft.whenKind = m_kind->choice().toString();
    draft.cron = m_repeat->plan();
    draft.time = m_repeat->time();
    draft.at = m_at->text();
    if (m_after->count() > 0)
        draft.after = m_after->choice().toString();
    draft.afterStatus = m_afterStatus->choice().toString();
    draft.timeZone = m_zone->text().trimmed();
    draft.windows = m_windows->windows();
    draft.blackouts = m_blackouts->text();
    draft.missed = m_missed->choice().toString();
    draft.overlap = m_overlap->choice().toString();
    draft.priority = m_priority->choice().toString();
    return draft;
}

}  // namespace hearth::ui
