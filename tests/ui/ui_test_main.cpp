// One QApplication for all suites of the console, in the English light theme.
#include <gmock/gmock.h>

#include <QApplication>

#include "ui/i18n/language.h"
#include "ui/theme/theme.h"

int main(int argc, char** argv) {
    qputenv("QT_QPA_PLATFORM", qgetenv("QT_QPA_PLATFORM").isEmpty() ? QByteArray("offscreen")
                                                                    : qgetenv("QT_QPA_PLATFORM"));
    testing::InitGoogleMock(&argc, argv);
    QApplication application(argc, argv);
    QCoreApplication::setOrganizationName("hearth-test");
    hearth::ui::Theme::instance().apply(hearth::ui::ThemeMode::Light);
    hearth::ui::Language::instance().apply(hearth::ui::LanguageChoice::English);
    return RUN_ALL_TESTS();
}
