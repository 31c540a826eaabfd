#include "ui/pages/settings/node_form.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QVBoxLayout>

#include "ui/i18n/language.h"
#include "ui/models/data_directory.h"
#include "ui/widgets/button.h"
#include "ui/widgets/form_field.h"
#include "ui/widgets/line_field.h"
#include "ui/widgets/segmented_control.h"

namespace hearth::ui {
namespace {

enum Place { kElsewhere, kHere };

/// "10.0.0.5", "node:8443" and "https://node:8443/" all name a node.
std::optional<QUrl> nodeUrl(const QString& text) {
    QString address = text.trimmed();
    if (!address.contains("://"))
        address.prepend("https://");
    const QUrl url(address, QUrl::StrictMode);
    if (!url.isValid() || url.scheme() != "https" || url.host().isEmpty())
        return std::nullopt;
    QUrl clean;
    clean.setScheme("https");
    clean.setHost(url.host());
    clean.setPort(url.port(8443));
    return clean;
}

}  // namespace

NodeForm::NodeForm(QWidget* parent) : NodeForm(std::nullopt, parent) {}

NodeForm::NodeForm(const NodeProfile& profile, QWidget* parent)
    : NodeForm(std::optional(profile), parent) {}

NodeForm::NodeForm(std::optional<NodeProfile> profile, QWidget* parent)
    : QWidget(parent), m_former(std::move(profile)) {
    build();
    if (isRenaming()) {
        m_name->setText(m_former->name);
        m_name->selectAll();
    }
    showPlace();
    connect(m_place, &SegmentedControl::chosen, this, &NodeForm::showPlace);
    connect(m_save, &Button::clicked, this, &NodeForm::submit);
    connect(m_cancel, &Button::clicked, this, &NodeForm::finished);
    for (LineField* field : {m_name, m_address, m_directory})
        connect(field, &QLineEdit::returnPressed, this, &NodeForm::submit);
    translated(this, [this] { showTexts(); });
}

void NodeForm::build() {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::kGap);
    m_place = new SegmentedControl;
    m_place->addChoice(kElsewhere, {}, "node");
    m_place->addChoice(kHere, {}, "monitor");
    column->addWidget(m_place);
    m_address = new LineField;
    m_addressField = new FormField(m_address);
    m_name = new LineField;
    m_nameField = new FormField(m_name);
    m_directoryField = new FormField(buildDirectory());
    for (FormField* field : {m_addressField, m_directoryField, m_nameField})
        column->addWidget(field);
    auto* actions = new QHBoxLayout;
    m_cancel = new Button;
    m_save = new Button(ButtonKind::Primary);
    actions->addStretch(1);
    actions->addWidget(m_cancel);
    actions->addWidget(m_save);
    column->addLayout(actions);
}

QWidget* NodeForm::buildDirectory() {
    auto* both = new QWidget;
    auto* row = new QHBoxLayout(both);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metrics::kGrid);
    m_directory = new LineField;
    m_browse = new Button(ButtonKind::Quiet, "folder");
    row->addWidget(m_directory, 1);
    row->addWidget(m_browse);
    both->setFocusProxy(m_directory);
    connect(m_browse, &Button::clicked, this, &NodeForm::chooseDirectory);
    return both;
}

void NodeForm::chooseDirectory() {
    auto* dialog = new QFileDialog(this, tr("Choose the node's data directory"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::fileSelected, m_directory, &QLineEdit::setText);
    dialog->open();
}

QString NodeForm::title() const {
    return isRenaming() ? tr("Rename %1").arg(m_former->name) : tr("Add node");
}

void NodeForm::showTexts() {
    m_place->setText(0, tr("Elsewhere"));
    m_place->setText(1, tr("On this computer"));
    m_addressField->setLabel(tr("Address"));
    m_addressField->setHelp(
        tr("Such as 10.0.0.5:8443. Its certificate is shown to you before "
           "anything is sent."));
    m_addressField->setRequired(true);
    m_directoryField->setLabel(tr("Data directory"));
    m_directoryField->setHelp(
        tr("The folder that was given to the node. The console can then "
           "start and stop it."));
    m_directoryField->setRequired(true);
    m_nameField->setLabel(tr("Name"));
    m_nameField->setHelp(isRenaming() ? QString() : tr("Empty: the address."));
    m_browse->setName(tr("Choose a folder"));
    m_cancel->setText(tr("Cancel"));
    m_save->setText(isRenaming() ? tr("Rename") : tr("Add and connect"));
}

void NodeForm::takeFocus() {
    (isRenaming() ? m_name : m_address)->setFocus(Qt::OtherFocusReason);
}

void NodeForm::showPlace() {
    const bool here = m_place->choice() == kHere;
    m_place->setVisible(!isRenaming());
    m_addressField->setVisible(!isRenaming() && !here);
    m_directoryField->setVisible(!isRenaming() && here);
}

std::optional<NodeProfile> NodeForm::profileOfFields() {
    m_addressField->setError({});
    m_directoryField->setError({});
    if (isRenaming())
        return m_former;
    if (m_place->choice() == kHere) {
        QString error;
        auto profile = profileOfDirectory(cleanDirectory(m_directory->text()), &error);
        m_directoryField->setError(error);
        return profile;
    }
    const auto url = nodeUrl(m_address->text());
    if (!url) {
        m_addressField->setError(
            tr("Enter a host name or an address, with a port if it is not "
               "8443."));
        return std::nullopt;
    }
    NodeProfile profile;
    profile.url = *url;
    profile.name = url->host();
    return profile;
}

void NodeForm::submit() {
    auto profile = profileOfFields();
    if (!profile)
        return;
    if (const QString name = m_name->text().trimmed(); !name.isEmpty())
        profile->name = name;
    emit saved(*profile);
    emit finished();
}

}  // namespace hearth::ui
