#include "ui/pages/settings/about_card.h"

#include <QVBoxLayout>

#include "ui/i18n/language.h"
#include "ui/models/node_watch.h"
#include "ui/models/preferences.h"
#include "ui/pages/settings/setting_row.h"
#include "ui/widgets/copy_field.h"
#include "ui/widgets/label.h"

namespace hearth::ui {

AboutCard::AboutCard(Preferences& preferences, NodeWatch& watch, QWidget* parent)
    : Card(parent), m_watch(watch) {
    m_version = new Label(TextRole::Body);
    m_licence = new Label(TextRole::Body);
    m_settings = new CopyField;
    m_settings->setValue(preferences.settings().fileName());
    m_data = new CopyField;
    for (CopyField* field : {m_settings, m_data})
        field->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_versionRow = new SettingRow(m_version);
    m_licenceRow = new SettingRow(m_licence);
    m_settingsRow = new SettingRow(m_settings);
    m_dataRow = new SettingRow(m_data);
    for (SettingRow* row : {m_versionRow, m_licenceRow, m_settingsRow, m_dataRow})
        body()->addWidget(row);
    connect(&watch, &NodeWatch::statusChanged, this, &AboutCard::refresh);
    translated(this, [this] {
        setTitle(tr("About"));
        m_versionRow->setTexts(tr("Console"));
        m_version->setText(
            tr("Hearth %1, Qt %2").arg(QStringLiteral(HEARTH_VERSION), QString(qVersion())));
        m_licenceRow->setTexts(tr("Licence"));
        m_licence->setText(QStringLiteral("Apache-2.0"));
        m_settingsRow->setTexts(tr("Settings file"), tr("On this computer. Holds no secrets."));
        m_dataRow->setTexts(tr("Node's data"), tr("On the node's machine."));
        refresh();
    });
}

void AboutCard::refresh() {
    const auto& status = m_watch.status();
    m_dataRow->setVisible(status && !status->dataDirectory.isEmpty());
    if (status)
        m_data->setValue(status->dataDirectory);
}

}  // namespace hearth::ui
