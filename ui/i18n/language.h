// The console's language: English in the source, Korean from hearth_ko.ts, switched live.
#pragma once
#include <QLocale>
#include <QObject>
#include <QTranslator>
#include <functional>

namespace hearth::ui {

enum class LanguageChoice { System, English, Korean };

/// One for the whole program, as the installed translators are. GUI thread only.
class Language : public QObject {
    Q_OBJECT
public:
    static Language& instance();

    void apply(LanguageChoice choice);
    LanguageChoice choice() const { return m_choice; }
    bool isKorean() const { return m_korean; }
    /// For numbers and dates.
    QLocale locale() const;

signals:
    void changed();

private:
    Language() = default;

    LanguageChoice m_choice = LanguageChoice::System;
    bool m_korean = false;
    QTranslator m_translator;
    QTranslator m_qtTranslator;  // Qt's own dialogs
};

/// Runs `apply` now and after each change of language, as long as `owner` lives. Every text that
/// a widget shows is set in such a function, so that no widget has to be made anew:
///     translated(this, [this] { m_title->setText(tr("Models")); });
void translated(QObject* owner, std::function<void()> apply);

}  // namespace hearth::ui
