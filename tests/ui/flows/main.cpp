// The flows' program: needs a display (tests/ui/flows/run.sh gives it one).
#include <gmock/gmock.h>

#include "ui/i18n/language.h"
#include "ui/shell/stall_watch.h"
#include "ui/theme/theme.h"

int main(int argc, char** argv) {
    testing::InitGoogleMock(&argc, argv);
    hearth::ui::ConsoleApplication application(argc, argv);
    QCoreApplication::setOrganizationName("hearth");
    QCoreApplication::setApplicationName("console");
    hearth::ui::Theme::instance().apply(hearth::ui::ThemeMode::Light);
    hearth::ui::Language::instance().apply(hearth::ui::LanguageChoice::English);
    return RUN_ALL_TESTS();
}
