#include "ui/pages/models/import_form.h"

#include <QDir>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QRegularExpression>

#include "ui/i18n/language.h"
#include "ui/models/session.h"
#include "ui/widgets/button.h"
#include "ui/widgets/combo_box.h"
#include "ui/widgets/form_field.h"
#include "ui/widgets/label.h"
#include "ui/widgets/line_field.h"

namespace hearth::ui {
namespace {

/// A model's name out of a folder's: what the node takes in names.
QString nameFromFolder(const QString& folder) {
    static const QRegularExpression kOther("[^a-z0-9._-]+");
    QString name = QDir(folder).dirName().toLower();
    return name.replace(kOther, "-");
}

}  // namespace

ImportForm::ImportForm(AppContext& context, QWidget* parent)
    : QWidget(parent),
      m_context(context),
      m_name(new LineField),
      m_folder(new LineField),
      m_precision(new ComboBox),
      m_nameField(new FormField(m_name)),
      m_precisionField(new FormField(m_precision)),
      m_error(new Label(TextRole::Body, Tone::Bad)),
      m_start(new Button(ButtonKind::Primary)) {
    build();
    connect(m_start, &Button::clicked, this, &ImportForm::submit);
    connect(m_name, &QLineEdit::returnPressed, this, &ImportForm::submit);
    connect(m_folder, &QLineEdit::returnPressed, this, &ImportForm::submit);
    connect(m_folder, &QLineEdit::editingFinished, this, [this] { takeFolder(m_folder->text()); });
    translated(this, [this] { showTexts(); });
}

void ImportForm::build() {
    auto* row = new QWidget;
    auto* fields = new QHBoxLayout(row);
    fields->setContentsMargins(0, 0, 0, 0);
    fields->setSpacing(metrics::kGrid);
    fields->addWidget(m_folder, 1);
    const auto& profile = m_context.session.profile();
    if (profile && profile->isLocal()) {
        m_browse = new Button(ButtonKind::Quiet, "folder");
        fields->addWidget(m_browse);
        connect(m_browse, &Button::clicked, this, &ImportForm::chooseFolder);
    }
    row->setFocusProxy(m_folder);
    m_folderField = new FormField(row);
    m_error->setWordWrap(true);
    m_error->hide();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::kGap);
    column->addWidget(m_folderField);
    column->addWidget(m_nameField);
    column->addWidget(m_precisionField);
    column->addWidget(m_error);
    column->addWidget(m_start, 0, Qt::AlignRight);
}

void ImportForm::showTexts() {
    m_nameField->setLabel(tr("Name"));
    m_nameField->setHelp(tr("What requests call the model. Letters, digits, dots and dashes."));
    m_folderField->setLabel(tr("Folder on the node's machine"));
    m_folderField->setHelp(
        m_browse
            ? tr("With config.json, tokenizer and safetensors files; or the path of a GGUF file.")
            : tr("The full path there, with config.json, tokenizer and safetensors files; or of a "
                 "GGUF "
                 "file."));
    m_precisionField->setLabel(tr("Precision"));
    m_precisionField->setHelp(
        tr("Coarser weights take less memory and answer faster. What that costs is measured."));
    m_precision->setChoices({{.data = "exact", .text = tr("As in the files")},
                             {.data = "bf16", .text = tr("16 bits")},
                             {.data = "int8", .text = tr("8 bits")},
                             {.data = "mixed", .text = tr("Mixed: experts 4 bits, the rest 8")},
                             {.data = "int4", .text = tr("4 bits")}});
    m_folder->setAccessibleName(tr("Folder on the node's machine"));
    m_folder->setPlaceholderText("/srv/models/…");
    if (m_browse)
        m_browse->setName(tr("Choose a folder"));
    m_start->setText(m_sending ? tr("Starting…") : tr("Start import"));
}

void ImportForm::reset() {
    m_name->clear();
    m_folder->clear();
    m_precision->setChoice("exact");
    m_nameField->setError({});
    m_folderField->setError({});
    m_error->hide();
}

void ImportForm::chooseFolder() {
    auto* dialog = new QFileDialog(this, tr("Choose a folder"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& folder) {
        m_folder->setText(folder);
        takeFolder(folder);
    });
    dialog->open();
}

void ImportForm::takeFolder(const QString& folder) {
    m_folderField->setError({});
    if (m_name->text().isEmpty() && !folder.trimmed().isEmpty())
        m_name->setText(nameFromFolder(folder.trimmed()));
}

bool ImportForm::check() {
    const QString folder = m_folder->text().trimmed();
    m_folderField->setError(folder.isEmpty() ? tr("Say where the model is.")
                            : folder.startsWith(u'/')
                                ? QString()
                                : tr("Give the full path, beginning with a slash."));
    m_nameField->setError(m_name->text().trimmed().isEmpty() ? tr("Give it a name.") : QString());
    m_error->hide();
    return !m_folderField->hasError() && !m_nameField->hasError();
}

void ImportForm::submit() {
    if (m_sending || !check())
        return;
    m_sending = true;
    m_name->setFocus();  // or the disabled button would hand it on to whatever comes next
    m_start->setEnabled(false);
    showTexts();
    const QString name = m_name->text().trimmed();
    m_context.session.api().importModel(name, m_folder->text().trimmed(),
                                        m_precision->choice().toString(), this,
                                        [this, name](const Outcome<ModelImport>& outcome) {
                                            m_sending = false;
                                            m_start->setEnabled(true);
                                            showTexts();
                                            if (!outcome)
                                                return showFailure(outcome.failure());
                                            reset();
                                            emit started(name);
                                        });
}

void ImportForm::showFailure(const ApiFailure& failure) {
    if (failure.param == "name") {
        m_nameField->setError(failure.message);
    } else if (failure.param == "path") {
        m_folderField->setError(failure.message);
    } else {
        m_error->setText(failure.message);
        m_error->show();
    }
}

}  // namespace hearth::ui
