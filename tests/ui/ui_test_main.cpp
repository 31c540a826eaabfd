// One application for all suites of the console, in the English light theme.
#include <gmock/gmock.h>

#include "ui/i18n/language.h"
#include "ui/shell/stall_watch.h"
#include "ui/theme/theme.h"

int main(int argc, char** argv) {
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    testing::InitGoogleMock(&argc, argv);
    hearth::ui::ConsoleApplication application(argc, argv);
    QCoreApplication::setOrganizationName("hearth-test");
    hearth::ui::Theme::instance().apply(hearth::ui::ThemeMode::Light);
    hearth::ui::Language::instance().apply(hearth::ui::LanguageChoice::English);
    return RUN_ALL_TESTS();
}
