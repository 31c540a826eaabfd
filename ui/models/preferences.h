// What the console remembers on this computer. Never a secret.
#pragma once
#include <QByteArray>
#include <QObject>
#include <QSettings>
#include <memory>

#include "ui/i18n/language.h"
#include "ui/theme/theme.h"

namespace hearth::ui {

class Preferences : public QObject {
    Q_OBJECT
public:
    /// In the user's configuration folder, or in `file` (tests).
    explicit Preferences(const QString& file = {}, QObject* parent = nullptr);

    ThemeMode theme() const;
    void setTheme(ThemeMode mode);  // applies it
    LanguageChoice language() const;
    void setLanguage(LanguageChoice choice);  // applies it
    bool reduceMotion() const;
    void setReduceMotion(bool on);
    /// Puts what is remembered into effect, at the program's start.
    void applyAll();

    /// Free-form memory of widgets: "table/models", "window/geometry".
    QVariant value(const QString& key, const QVariant& fallback = {}) const;
    void setValue(const QString& key, const QVariant& value);

    QSettings& settings() { return *m_settings; }

private:
    std::unique_ptr<QSettings> m_settings;
};

}  // namespace hearth::ui
