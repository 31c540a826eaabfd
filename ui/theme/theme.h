// Which colour scheme the console wears, and its type scale. One for the whole program, as the
// widget style and the palette are.
#pragma once
#include <QFont>
#include <QObject>
#include <functional>

#include "ui/theme/tokens.h"

namespace hearth::ui {

enum class ThemeMode { System, Light, Dark };

/// Sizes of the type scale in pixels: 12, 13, 14, 16, 20, 28.
enum class TextRole { Caption, Body, BodyStrong, Field, Section, Title, Stat, Mono, MonoCaption };

/// Threading: GUI thread only.
class Theme : public QObject {
    Q_OBJECT
public:
    static Theme& instance();

    /// Puts fonts, palette and widget style onto the application. REQUIRES: a QApplication.
    void apply(ThemeMode mode);
    ThemeMode mode() const { return m_mode; }
    bool isDark() const { return m_dark; }
    const Colors& colors() const { return m_dark ? darkColors() : lightColors(); }

signals:
    /// After the palette has changed. Widgets that only paint need not listen: a change of
    /// palette repaints them.
    void changed();

private:
    Theme() = default;

    ThemeMode m_mode = ThemeMode::System;
    bool m_dark = false;
    bool m_systemDark = false;  // as the palette was before ours
    bool m_applied = false;
};

/// The present scheme.
inline const Colors& colors() {
    return Theme::instance().colors();
}

QFont fontFor(TextRole role);

/// Runs `apply` now and after each change of theme, as long as `owner` lives.
void themed(QObject* owner, std::function<void()> apply);

}  // namespace hearth::ui
