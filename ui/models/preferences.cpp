#include "ui/models/preferences.h"

#include "ui/theme/motion.h"

namespace hearth::ui {
namespace {

constexpr auto kTheme = "appearance/theme";
constexpr auto kLanguage = "appearance/language";
constexpr auto kReduceMotion = "appearance/reduce_motion";

// Written as words, so that the file can be read and survives a reordering of the enumerations.
const QStringList kThemeNames = {"system", "light", "dark"};
const QStringList kLanguageNames = {"system", "en", "ko"};

template <typename Choice>
Choice choiceOf(const QSettings& settings, const char* key, const QStringList& names) {
    const qsizetype index = names.indexOf(settings.value(key).toString());
    return static_cast<Choice>(std::max<qsizetype>(index, 0));
}

}  // namespace

Preferences::Preferences(const QString& file, QObject* parent)
    : QObject(parent),
      m_settings(file.isEmpty()
                     ? std::make_unique<QSettings>(QSettings::IniFormat, QSettings::UserScope,
                                                   "hearth", "console")
                     : std::make_unique<QSettings>(file, QSettings::IniFormat)) {}

ThemeMode Preferences::theme() const {
    return choiceOf<ThemeMode>(*m_settings, kTheme, kThemeNames);
}

void Preferences::setTheme(ThemeMode mode) {
    setValue(kTheme, kThemeNames.at(static_cast<int>(mode)));
    Theme::instance().apply(mode);
}

LanguageChoice Preferences::language() const {
    return choiceOf<LanguageChoice>(*m_settings, kLanguage, kLanguageNames);
}

void Preferences::setLanguage(LanguageChoice choice) {
    setValue(kLanguage, kLanguageNames.at(static_cast<int>(choice)));
    Language::instance().apply(choice);
}

bool Preferences::reduceMotion() const {
    return m_settings->value(kReduceMotion, false).toBool();
}

void Preferences::setReduceMotion(bool on) {
    setValue(kReduceMotion, on);
    ui::setReduceMotion(on);
}

void Preferences::applyAll() {
    Theme::instance().apply(theme());
    Language::instance().apply(language());
    ui::setReduceMotion(reduceMotion());
}

QVariant Preferences::value(const QString& key, const QVariant& fallback) const {
    return m_settings->value(key, fallback);
}

void Preferences::setValue(const QString& key, const QVariant& value) {
    m_settings->setValue(key, value);
}

}  // namespace hearth::ui
