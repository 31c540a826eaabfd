// hearth-console: the administrator's window onto a node.
#include <QApplication>

#include "ui/i18n/language.h"
#include "ui/theme/theme.h"
#include "ui/widgets/label.h"

int main(int argc, char** argv) {
    using namespace hearth::ui;
    QApplication application(argc, argv);
    Theme::instance().apply(ThemeMode::Light);
    Language::instance().apply(LanguageChoice::English);
    Label label("Hearth", TextRole::Title);
    label.show();
    return QApplication::exec();
}
