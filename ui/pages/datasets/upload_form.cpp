#include "ui/pages/datasets/upload_form.h"

#include <QVBoxLayout>

#include "ui/i18n/language.h"
#include "ui/pages/datasets/dataset_rows.h"
#include "ui/pages/datasets/drop_zone.h"
#include "ui/pages/datasets/upload_problems.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/button.h"
#include "ui/widgets/form_field.h"
#include "ui/widgets/segmented_control.h"

namespace hearth::ui {

UploadForm::UploadForm(QWidget* parent)
    : QWidget(parent),
      m_file(new DropZone),
      m_purpose(new SegmentedControl),
      m_fileField(new FormField(m_file)),
      m_purposeField(new FormField(m_purpose)),
      m_problems(new UploadProblems),
      m_start(new Button(ButtonKind::Primary, "upload")) {
    m_purpose->addChoice("fine-tune");
    m_purpose->addChoice("evals");
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::kGap);
    column->addWidget(m_problems);
    column->addWidget(m_fileField);
    column->addWidget(m_purposeField);
    column->addWidget(m_start, 0, Qt::AlignRight);
    connect(m_file, &DropZone::changed, this, [this] { m_fileField->setError({}); });
    connect(m_purpose, &SegmentedControl::chosen, this, [this] { showPurposeHelp(); });
    connect(m_start, &Button::clicked, this, &UploadForm::submit);
    translated(this, [this] { showTexts(); });
}

void UploadForm::showTexts() {
    m_fileField->setLabel(tr("File"));
    m_fileField->setHelp(tr("One JSON object a line, in UTF-8. Every line is checked first."));
    m_purposeField->setLabel(tr("Purpose"));
    m_purpose->setText(0, purposeText("fine-tune"));
    m_purpose->setText(1, purposeText("evals"));
    m_start->setText(tr("Upload"));
    showPurposeHelp();
}

void UploadForm::showPurposeHelp() {
    m_purposeField->setHelp(
        m_purpose->choice() == "evals"
            ? tr("Questions with expected answers, asked before and after training.")
            : tr("Conversations to learn from: {\"messages\": […]} a line."));
}

void UploadForm::reset() {
    m_file->setFile({});
    m_fileField->setError({});
    m_problems->clear();
}

void UploadForm::showFailure(const QString& path, const QString& purpose,
                             const ApiFailure& failure) {
    m_file->setFile(path);
    m_purpose->setChoice(purpose);
    showPurposeHelp();
    m_problems->present(path, failure);
}

void UploadForm::submit() {
    if (m_file->file().isEmpty())
        return m_fileField->setError(tr("Choose a file."));
    emit uploadRequested(m_file->file(), m_purpose->choice().toString());
}

}  // namespace hearth::ui
