// The form's talk with the node: what there is to choose from, and the start.
#include <QPushButton>

#include "ui/i18n/format.h"
#include "ui/pages/fine_tuning/file_checks.h"
#include "ui/pages/fine_tuning/new_run_form.h"
#include "ui/pages/fine_tuning/probe_row.h"
#include "ui/widgets/button.h"
#include "ui/widgets/combo_box.h"
#include "ui/widgets/form_field.h"
#include "ui/widgets/form_sheet.h"
#include "ui/widgets/label.h"
#include "ui/widgets/line_field.h"

namespace hearth::ui {
namespace {

/// The node's rule: enough epochs for 8,000 examples, 3 to 20.
int autoEpochs(qint64 examples) {
    return int(std::clamp<qint64>(8000 / std::max<qint64>(examples, 1), 3, 20));
}

}  // namespace

void NewRunForm::begin(const RunDraft& draft) {
    m_wanted = draft;
    m_tried = false;
    m_modelsKnown = m_filesKnown = false;
    m_models.clear();
    m_data.clear();
    m_sheet->clearRefusal();
    m_suffix->setText(draft.suffix);
    m_epochs->setText(draft.epochs);
    m_rank->setText(draft.rank);
    m_alpha->setText(draft.alpha);
    m_rate->setText(draft.learningRate);
    m_batch->setText(draft.batchTokens);
    m_start->setEnabled(true);
    m_tryOut = {};
    m_probe->clear();
    fillModels();
    fillFiles();
    showProblems(false);
    askNode();
    m_model->setFocus(Qt::OtherFocusReason);
}

void NewRunForm::askNode() {
    m_api.models(this, [this](const Outcome<QVector<Model>>& models) {
        if (!models) {
            showRefusal(models.failure());
            return;
        }
        m_models = *models;
        m_modelsKnown = true;
        fillModels();
        m_model->setChoice(m_wanted.model);
        changed();
    });
    m_api.files(this, [this](const Outcome<QVector<DataFile>>& files) {
        if (!files) {
            showRefusal(files.failure());
            return;
        }
        m_data = *files;
        m_filesKnown = true;
        fillFiles();
        m_training->setChoice(m_wanted.trainingFile);
        m_validation->setChoice(m_wanted.validationFile);
        QStringList questions;
        for (const DraftEvaluation& e : m_wanted.evaluations)
            questions.append(e.fileId);
        m_evaluations->setChecked(questions);
        changed();
    });
}

void NewRunForm::fillModels() {
    QList<Choice> choices;
    for (const Model& model : m_models) {
        if (model.tunable)
            choices.append({.data = model.id, .text = model.id});
    }
    if (choices.isEmpty())
        choices.append({.data = QString(),
                        .text = m_modelsKnown ? tr("No model here can be tuned") : tr("Loading…")});
    m_model->setChoices(choices);
}

void NewRunForm::fillFiles() {
    QList<Choice> training, validation{{.data = QString(), .text = tr("None")}};
    QVector<DataFile> questions;
    training.append(
        {.data = QString(), .text = m_filesKnown ? tr("Choose a file") : tr("Loading…")});
    for (const DataFile& file : m_data) {
        if (file.purpose == QLatin1String("evals")) {
            questions.append(file);
            continue;
        }
        const QString text = tr("%1 (%Ln examples)", nullptr, int(file.lines)).arg(file.filename);
        training.append({.data = file.id, .text = text});
        validation.append({.data = file.id, .text = text});
    }
    m_training->setChoices(training);
    m_validation->setChoices(validation);
    m_evaluations->setFiles(questions);
}

void NewRunForm::showHelp() {
    field(DraftField::TrainingFile)
        ->setHelp(m_filesKnown && m_training->count() < 2
                      ? tr("There is no file of examples on the node. Add one under Data sets.")
                      : tr("Conversations that show the answers you want."));
    field(DraftField::ValidationFile)
        ->setHelp(tr("Held back from training; its loss shows when the model learns by heart."));
    field(DraftField::Evaluations)
        ->setHelp(tr("Answered before and after training; the share of right answers tells "
                     "whether it helped."));
    field(DraftField::Suffix)->setHelp(tr("Part of the new model's name."));
    field(DraftField::LearningRate)->setHelp(tr("Auto: by the model's size, 0.0002 to 0.005."));
    field(DraftField::BatchTokens)
        ->setHelp(tr("Auto: a twentieth of the file, 256 to 4,096 tokens."));
    field(DraftField::Rank)->setHelp(tr("Auto: 16. More learns more, and takes more memory."));
    field(DraftField::Alpha)->setHelp(tr("Auto: 32. How strongly the adapter weighs in."));
    QString epochs = tr("Auto: 3 to 20, the fewer the more examples.");
    for (const DataFile& file : m_data) {
        if (file.id == m_training->choice().toString())
            epochs = tr("Auto: %1 for this file.").arg(autoEpochs(file.lines));
    }
    field(DraftField::Epochs)->setHelp(epochs);
}

void NewRunForm::changed() {
    if (!m_tryOut.isEmpty() && bodyOf(draft()) != m_tryOut) {
        m_tryOut = {};
        m_probe->clear();
    }
    showHelp();
    showProblems(m_tried);
    const QString name = tunedNameOf(draft());
    m_name->setText(name.isEmpty() ? QString() : tr("It will be called %1").arg(name));
}

/// Without `all` only what was typed: nobody is told to choose a file before trying to start.
void NewRunForm::showProblems(bool all) {
    for (FormField* field : m_fields)
        field->setError({});
    for (const DraftProblem& problem : problemsOf(draft())) {
        const bool missing =
            problem.field == DraftField::Model || problem.field == DraftField::TrainingFile;
        if (all || !missing)
            field(problem.field)->setError(problem.message);
    }
}

/// Else the first field with a problem has the focus.
bool NewRunForm::isComplete() {
    m_tried = true;
    showProblems(true);
    m_sheet->clearRefusal();
    const QVector<DraftProblem> problems = problemsOf(draft());
    if (!problems.isEmpty())
        field(problems.first().field)->editor()->setFocus(Qt::OtherFocusReason);
    return problems.isEmpty();
}

void NewRunForm::tryOut() {
    if (m_probe->isBusy() || !isComplete())
        return;
    m_tryOut = bodyOf(draft());
    m_probe->begin(m_tryOut);
}

void NewRunForm::submit() {
    if (!isComplete())
        return;
    m_start->setEnabled(false);
    m_api.createJob(bodyOf(draft()), this, [this](const Outcome<Job>& job) {
        m_start->setEnabled(true);
        if (job)
            emit started(*job);
        else
            showRefusal(job.failure());
    });
}

void NewRunForm::showRefusal(const ApiFailure& failure) {
    if (const auto which = fieldOfParam(failure.param)) {
        field(*which)->setError(failure.message);
        field(*which)->editor()->setFocus(Qt::OtherFocusReason);
        return;
    }
    m_sheet->refuse(failure.message, failure.requestId);
}

}  // namespace hearth::ui
