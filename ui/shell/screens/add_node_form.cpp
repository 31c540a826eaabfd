#include "ui/shell/screens/add_node_form.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QVBoxLayout>

#include "ui/api_client/node_address.h"
#include "ui/i18n/language.h"
#include "ui/models/data_directory.h"
#include "ui/shell/screens/fitting_stack.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/button.h"
#include "ui/widgets/form_field.h"
#include "ui/widgets/line_field.h"
#include "ui/widgets/segmented_control.h"

namespace hearth::ui {
namespace {

const QString kAddress = "address";
const QString kFolder = "folder";

/// The one that is known already, so that a node is not listed twice.
QString knownId(const Profiles& profiles, const NodeProfile& node) {
    for (const NodeProfile& profile : profiles.all())
        if (profile.url == node.url && profile.dataDirectory == node.dataDirectory)
            return profile.id;
    return {};
}

}  // namespace

AddNodeForm::AddNodeForm(AppContext& context, QWidget* parent)
    : QWidget(parent),
      m_context(context),
      m_kind(new SegmentedControl),
      m_parts(new FittingStack),
      m_name(new LineField),
      m_nameField(new FormField(m_name)),
      m_connect(new Button(ButtonKind::Primary)) {
    m_kind->addChoice(kAddress);
    m_kind->addChoice(kFolder);
    m_parts->addWidget(makeAddressPart());
    m_parts->addWidget(makeFolderPart());
    m_connect->setObjectName("add-node-connect");
    m_name->setObjectName("add-node-name");
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::kGap);
    column->addWidget(m_kind, 0, Qt::AlignLeft);
    column->addWidget(m_parts);
    column->addWidget(m_nameField);
    column->addWidget(m_connect, 0, Qt::AlignLeft);
    connect(m_kind, &SegmentedControl::chosen, this,
            [this](const QVariant& kind) { showPart(kind == kFolder); });
    connect(m_connect, &Button::clicked, this, &AddNodeForm::submit);
    for (LineField* field : {m_address, m_folder, m_name})
        connect(field, &QLineEdit::returnPressed, this, &AddNodeForm::submit);
    translated(this, [this] { showTexts(); });
    showPart(false);
}

QWidget* AddNodeForm::makeAddressPart() {
    m_address = new LineField;
    m_address->setObjectName("add-node-address");
    m_address->setPlaceholderText("node.example:8443");
    m_address->setInputMethodHints(Qt::ImhUrlCharactersOnly | Qt::ImhNoAutoUppercase);
    m_addressField = new FormField(m_address);
    connect(m_address, &QLineEdit::textEdited, this, [this] { m_addressField->setError({}); });
    return m_addressField;
}

QWidget* AddNodeForm::makeFolderPart() {
    m_folder = new LineField;
    m_folder->setObjectName("add-node-folder");
    m_choose = new Button(ButtonKind::Quiet, "folder");
    auto* editor = new QWidget;
    editor->setFocusProxy(m_folder);
    auto* row = new QHBoxLayout(editor);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metrics::kGrid);
    row->addWidget(m_folder, 1);
    row->addWidget(m_choose);
    m_folderField = new FormField(editor);
    connect(m_choose, &Button::clicked, this, &AddNodeForm::chooseFolder);
    connect(m_folder, &QLineEdit::textEdited, this, [this] { m_folderField->setError({}); });
    return m_folderField;
}

void AddNodeForm::showTexts() {
    m_kind->setAccessibleName(tr("Where the node is"));
    m_kind->setText(0, tr("By address"));
    m_kind->setText(1, tr("On this computer"));
    m_addressField->setLabel(tr("Address"));
    m_addressField->setHelp(
        tr("Host name or IP address of the node. Its port is 8443 unless you "
           "type another one."));
    m_folderField->setLabel(tr("Data folder"));
    m_folderField->setHelp(
        tr("The folder that was given to “hearth node init”. Its own key signs "
           "you in."));
    m_choose->setText(tr("Choose…"));
    m_nameField->setLabel(tr("Name"));
    m_nameField->setHelp(tr("How the console calls this node. May stay empty."));
    m_connect->setText(tr("Connect"));
}

void AddNodeForm::showPart(bool local) {
    m_kind->setChoice(local ? kFolder : kAddress);
    m_parts->setCurrentIndex(local ? 1 : 0);
    (local ? m_folder : m_address)->setFocus();
}

void AddNodeForm::begin() {
    for (LineField* field : {m_address, m_folder, m_name})
        field->clear();
    m_addressField->setError({});
    m_folderField->setError({});
    showPart(m_parts->currentIndex() == 1);
}

void AddNodeForm::chooseFolder() {
    auto* dialog = new QFileDialog(this, tr("Choose the node's data folder"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    if (!m_folder->text().isEmpty())
        dialog->setDirectory(cleanDirectory(m_folder->text()));
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& folder) {
        m_folder->setText(folder);
        m_folderField->setError({});
    });
    dialog->open();
}

std::optional<NodeProfile> AddNodeForm::typedNode() {
    QString error;
    const auto url = nodeUrlFrom(m_address->text(), &error);
    m_addressField->setError(error);
    if (!url)
        return std::nullopt;
    return NodeProfile{.name = url->host(), .url = *url};
}

std::optional<NodeProfile> AddNodeForm::chosenNode() {
    QString error;
    auto node = profileOfDirectory(m_folder->text().trimmed(), &error);
    m_folderField->setError(error);
    return node;
}

void AddNodeForm::submit() {
    const bool local = m_parts->currentIndex() == 1;
    auto node = local ? chosenNode() : typedNode();
    if (!node) {
        (local ? m_folder : m_address)->setFocus();
        return;
    }
    const QString known = knownId(m_context.profiles, *node);
    if (!known.isEmpty())
        node = m_context.profiles.find(known);
    if (const QString name = m_name->text().trimmed(); !name.isEmpty())
        node->name = name;
    const QString id = m_context.profiles.save(*node);
    m_context.profiles.setCurrent(id);
    emit added(id);
}

}  // namespace hearth::ui
