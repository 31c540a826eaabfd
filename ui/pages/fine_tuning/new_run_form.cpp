#include "ui/pages/fine_tuning/new_run_form.h"

#include <QHBoxLayout>
#include <QScrollArea>

#include "ui/i18n/format.h"
#include "ui/i18n/language.h"
#include "ui/pages/fine_tuning/file_checks.h"
#include "ui/pages/fine_tuning/probe_row.h"
#include "ui/widgets/button.h"
#include "ui/widgets/card.h"
#include "ui/widgets/combo_box.h"
#include "ui/widgets/form_field.h"
#include "ui/widgets/form_sheet.h"
#include "ui/widgets/label.h"
#include "ui/widgets/line_field.h"
#include "ui/widgets/scrolled.h"

namespace hearth::ui {
namespace {

constexpr int kFields = 10;
constexpr int kFormWidth = 980;

}  // namespace

NewRunForm::NewRunForm(NodeApi& api, QWidget* parent)
    : QWidget(parent), m_api(api), m_fields(kFields) {
    build();
    connect(m_start, &Button::clicked, this, &NewRunForm::submit);
    connect(m_cancel, &Button::clicked, this, &NewRunForm::cancelled);
    connect(m_files, &Button::clicked, this, &NewRunForm::filesWanted);
    connect(m_try, &Button::clicked, this, &NewRunForm::tryOut);
    connect(m_probe, &ProbeRow::refused, this, &NewRunForm::showRefusal);
    translated(this, [this] { showTexts(); });
}

void NewRunForm::build() {
    m_sheet = new FormSheet(kFormWidth);
    m_sheet->addColumn({buildWhat()}, 3);
    m_sheet->addColumn({buildSettings()}, 2);
    auto* bar = new QWidget;
    auto* actions = new QHBoxLayout(bar);
    actions->setContentsMargins(0, 0, 0, 0);
    actions->setSpacing(metrics::kGrid);
    m_start = new Button(ButtonKind::Primary);
    m_cancel = new Button(ButtonKind::Quiet);
    m_try = new Button(ButtonKind::Quiet, QStringLiteral("clock"));
    actions->addWidget(m_start);
    actions->addWidget(m_cancel);
    actions->addStretch(1);
    actions->addWidget(m_try);
    m_probe = new ProbeRow(m_api);
    m_probe->hide();
    m_sheet->addRow(bar);
    m_sheet->addRow(m_probe);

    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(scrolled(m_sheet));
}

QWidget* NewRunForm::buildWhat() {
    m_whatCard = new Card;
    QVBoxLayout* column = m_whatCard->body();
    m_model = new ComboBox;
    m_training = new ComboBox;
    m_validation = new ComboBox;
    m_evaluations = new FileChecks;
    m_suffix = new LineField;
    m_name = new Label(TextRole::Body, Tone::Muted);
    m_name->setWordWrap(true);
    m_files = new Button(ButtonKind::Plain);
    add(DraftField::Model, m_model, column);
    add(DraftField::TrainingFile, m_training, column)->setAccessory(m_files);
    add(DraftField::ValidationFile, m_validation, column);
    add(DraftField::Evaluations, m_evaluations, column);
    add(DraftField::Suffix, m_suffix, column);
    column->addWidget(m_name);
    column->addStretch(1);
    for (ComboBox* box : {m_model, m_training, m_validation})
        connect(box, &ComboBox::chosen, this, &NewRunForm::changed);
    connect(m_evaluations, &FileChecks::changed, this, &NewRunForm::changed);
    connect(m_suffix, &LineField::settled, this, &NewRunForm::changed);
    field(DraftField::Model)->setRequired(true);
    field(DraftField::TrainingFile)->setRequired(true);
    return m_whatCard;
}

QWidget* NewRunForm::buildSettings() {
    m_settingsCard = new Card;
    QVBoxLayout* column = m_settingsCard->body();
    m_epochs = addNumber(DraftField::Epochs, column);
    m_rate = addNumber(DraftField::LearningRate, column);
    m_batch = addNumber(DraftField::BatchTokens, column);
    m_rank = addNumber(DraftField::Rank, column);
    m_alpha = addNumber(DraftField::Alpha, column);
    column->addStretch(1);
    return m_settingsCard;
}

FormField* NewRunForm::add(DraftField which, QWidget* editor, QVBoxLayout* column) {
    auto* field = new FormField(editor);
    m_fields[int(which)] = field;
    column->addWidget(field);
    return field;
}

LineField* NewRunForm::addNumber(DraftField which, QVBoxLayout* column) {
    auto* edit = new LineField;
    edit->setInputMethodHints(Qt::ImhFormattedNumbersOnly);
    connect(edit, &LineField::settled, this, &NewRunForm::changed);
    add(which, edit, column);
    return edit;
}

void NewRunForm::showTexts() {
    m_whatCard->setTitle(tr("What to train, and with what"));
    m_settingsCard->setTitle(tr("How to train"));
    m_settingsCard->setHelp(tr("Leave a field empty and the node decides."));
    field(DraftField::Model)->setLabel(tr("Base model"));
    field(DraftField::TrainingFile)->setLabel(tr("Training file"));
    field(DraftField::ValidationFile)->setLabel(tr("Validation file"));
    field(DraftField::Evaluations)->setLabel(tr("Question files"));
    field(DraftField::Suffix)->setLabel(tr("Name"));
    field(DraftField::Epochs)->setLabel(tr("Epochs"));
    field(DraftField::LearningRate)->setLabel(tr("Learning rate"));
    field(DraftField::BatchTokens)->setLabel(tr("Batch tokens"));
    field(DraftField::Rank)->setLabel(tr("LoRA rank"));
    field(DraftField::Alpha)->setLabel(tr("LoRA alpha"));
    for (LineField* edit : {m_epochs, m_rate, m_batch, m_rank, m_alpha})
        edit->setPlaceholderText(tr("auto"));
    m_suffix->setPlaceholderText(tr("support-answers"));
    m_evaluations->setEmptyText(tr("No question files on the node yet."));
    m_files->setText(tr("Data sets"));
    m_start->setText(tr("Start fine-tuning"));
    m_cancel->setText(tr("Cancel"));
    m_try->setText(tr("How long would it take?"));
    m_try->setToolTip(tr("Trains three steps and keeps nothing"));
    fillModels();
    fillFiles();
    changed();
}

RunDraft NewRunForm::draft() const {
    return {.model = m_model->choice().toString(),
            .trainingFile = m_training->choice().toString(),
            .validationFile = m_validation->choice().toString(),
            .evaluations = m_evaluations->checked(),
            .suffix = m_suffix->text().trimmed(),
            .epochs = m_epochs->text(),
            .rank = m_rank->text(),
            .alpha = m_alpha->text(),
            .learningRate = m_rate->text(),
            .batchTokens = m_batch->text()};
}

}  // namespace hearth::ui
