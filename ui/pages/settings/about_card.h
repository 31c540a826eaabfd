#pragma once
#include "ui/widgets/card.h"

namespace hearth::ui {

class NodeWatch;
class Preferences;
class CopyField;
class Label;
class SettingRow;

/// Which console this is, under which licence, and where things are kept.
class AboutCard : public Card {
    Q_OBJECT
public:
    AboutCard(Preferences& preferences, NodeWatch& watch, QWidget* parent = nullptr);

private:
    void refresh();

    NodeWatch& m_watch;
    Label* m_version;
    Label* m_licence;
    CopyField* m_settings;
    CopyField* m_data;
    SettingRow* m_versionRow;
    SettingRow* m_licenceRow;
    SettingRow* m_settingsRow;
    SettingRow* m_dataRow;
};

}  // namespace hearth::ui
