#include "ui/i18n/language.h"

#include <QCoreApplication>
#include <QLibraryInfo>

namespace hearth::ui {

Language& Language::instance() {
    static Language language;
    return language;
}

void Language::apply(LanguageChoice choice) {
    m_choice = choice;
    m_korean =
        choice == LanguageChoice::Korean ||
        (choice == LanguageChoice::System && QLocale::system().language() == QLocale::Korean);
    const QString code = m_korean ? "ko" : "en";
    QCoreApplication::removeTranslator(&m_translator);
    QCoreApplication::removeTranslator(&m_qtTranslator);
    // English has a file too: the plurals are in it.
    if (m_translator.load(":/i18n/hearth_" + code))
        QCoreApplication::installTranslator(&m_translator);
    if (m_korean &&
        m_qtTranslator.load("qtbase_ko", QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        QCoreApplication::installTranslator(&m_qtTranslator);
    QLocale::setDefault(locale());
    emit changed();
}

QLocale Language::locale() const {
    return m_korean ? QLocale(QLocale::Korean, QLocale::SouthKorea)
                    : QLocale(QLocale::English, QLocale::UnitedStates);
}

void translated(QObject* owner, std::function<void()> apply) {
    apply();
    QObject::connect(&Language::instance(), &Language::changed, owner, std::move(apply));
}

}  // namespace hearth::ui
