#include "ui/pages/api_keys/permission_picker.h"

#include <QVBoxLayout>

#include "ui/i18n/language.h"
#include "ui/i18n/permission_words.h"
#include "ui/widgets/label.h"

namespace hearth::ui {
namespace {
constexpr int kIndent = 26;  // below the check box's text
}

PermissionPicker::PermissionPicker(QWidget* parent) : QWidget(parent) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    for (const PermissionGroup& group : permissionGroups()) {
        m_titles.push_back(new Label(TextRole::Caption, Tone::Muted));
        column->addSpacing(metrics::kGrid);
        column->addWidget(m_titles.back());
        for (const core::Permission permission : group.permissions)
            addEntry(permission);
    }
    translated(this, [this] { showTexts(); });
}

void PermissionPicker::addEntry(core::Permission permission) {
    const Entry entry{permission, new QCheckBox, new Label(TextRole::Caption, Tone::Muted)};
    entry.description->setWordWrap(true);
    entry.description->setContentsMargins(kIndent, 0, 0, metrics::kGrid / 2);
    layout()->addWidget(entry.box);
    layout()->addWidget(entry.description);
    connect(entry.box, &QCheckBox::toggled, this, &PermissionPicker::changed);
    m_entries.push_back(entry);
}

void PermissionPicker::showTexts() {
    for (size_t i = 0; i < m_titles.size(); ++i)
        m_titles[i]->setText(permissionGroups()[i].titleText());
    for (const Entry& entry : m_entries) {
        const PermissionWords text = permissionWords(entry.permission);
        entry.box->setText(text.title);
        entry.box->setAccessibleDescription(text.description);
        entry.description->setText(entry.box->isEnabled()
                                       ? text.description
                                       : tr("You do not have this permission yourself."));
    }
}

void PermissionPicker::setGrantable(const core::PermissionSet& grantable) {
    for (const Entry& entry : m_entries) {
        const bool may = grantable.has(entry.permission);
        entry.box->setEnabled(may);
        if (!may)
            entry.box->setChecked(false);
    }
    showTexts();
}

void PermissionPicker::setChosen(const core::PermissionSet& chosen) {
    for (const Entry& entry : m_entries)
        entry.box->setChecked(entry.box->isEnabled() && chosen.has(entry.permission));
}

QStringList PermissionPicker::chosen() const {
    QStringList names;
    for (const Entry& entry : m_entries) {
        const std::string_view name = core::permissionName(entry.permission);
        if (entry.box->isChecked())
            names << QString::fromUtf8(name.data(), qsizetype(name.size()));
    }
    return names;
}

QCheckBox* PermissionPicker::box(core::Permission permission) const {
    for (const Entry& entry : m_entries) {
        if (entry.permission == permission)
            return entry.box;
    }
    return nullptr;
}

}  // namespace hearth::ui
