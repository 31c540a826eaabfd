#include "ui/pages/settings/appearance_card.h"

#include <QVBoxLayout>

#include "ui/i18n/language.h"
#include "ui/models/preferences.h"
#include "ui/pages/settings/setting_row.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/switch.h"

namespace hearth::ui {

AppearanceCard::AppearanceCard(Preferences& preferences, QWidget* parent) : Card(parent) {
    m_theme = new SegmentedControl;
    m_theme->addChoice(int(ThemeMode::System), {}, "monitor");
    m_theme->addChoice(int(ThemeMode::Light), {}, "sun");
    m_theme->addChoice(int(ThemeMode::Dark), {}, "moon");
    m_theme->setChoice(int(preferences.theme()));
    m_language = new SegmentedControl;
    m_language->addChoice(int(LanguageChoice::System));
    // A language is named in itself, for those who cannot read the present one.
    m_language->addChoice(int(LanguageChoice::English), QStringLiteral("English"));
    m_language->addChoice(int(LanguageChoice::Korean), QStringLiteral("한국어"));
    m_language->setChoice(int(preferences.language()));
    m_motion = new Switch;
    m_motion->setChecked(preferences.reduceMotion());
    auto* theme = new SettingRow(m_theme);
    auto* language = new SettingRow(m_language);
    auto* motion = new SettingRow(m_motion);
    for (SettingRow* row : {theme, language, motion})
        body()->addWidget(row);
    connect(m_theme, &SegmentedControl::chosen, this, [&preferences](const QVariant& mode) {
        preferences.setTheme(ThemeMode(mode.toInt()));
    });
    connect(m_language, &SegmentedControl::chosen, this, [&preferences](const QVariant& choice) {
        preferences.setLanguage(LanguageChoice(choice.toInt()));
    });
    connect(m_motion, &Switch::toggled, this,
            [&preferences](bool on) { preferences.setReduceMotion(on); });
    translated(this, [=, this] {
        setTitle(tr("Appearance"));
        m_theme->setText(0, tr("System", "theme or language as the system's"));
        m_theme->setText(1, tr("Light"));
        m_theme->setText(2, tr("Dark"));
        m_language->setText(0, tr("System", "theme or language as the system's"));
        theme->setTexts(tr("Theme"));
        language->setTexts(tr("Language"));
        motion->setTexts(tr("Reduce motion"), tr("Nothing slides or pulses."));
    });
}

}  // namespace hearth::ui
