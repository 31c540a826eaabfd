#include "tests/ui/flows/pictures.h"

#include <QDir>
#include <QImage>
#include <QWidget>

#include "tests/ui/flows/gestures.h"
#include "ui/i18n/language.h"
#include "ui/theme/theme.h"

namespace hearth::ui {
namespace {

constexpr int kSettleMs = 250;  // queued layouts and repaints
constexpr int kMotionMs = 300;  // what slides has arrived

void takePicture(QWidget& window, int scale, const QString& file) {
    QImage image(window.size() * scale, QImage::Format_RGB32);
    image.setDevicePixelRatio(scale);
    window.render(&image);
    if (!image.save(file, "PNG", 0))
        qWarning("cannot write %s", qPrintable(file));
}

void takeInThisDress(QWidget& window, const QString& stem) {
    pause(kSettleMs);
    takePicture(window, 1, stem + ".png");
    takePicture(window, 2, stem + "@2x.png");
}

}  // namespace

void takePictures(QWidget& window, const QString& name) {
    const QString folder = qEnvironmentVariable("HEARTH_IMAGES");
    if (folder.isEmpty())
        return;
    QDir().mkpath(folder);
    pause(kMotionMs);
    const ThemeMode theme = Theme::instance().mode();
    const LanguageChoice language = Language::instance().choice();
    for (const auto& [choice, code] :
         {std::pair(LanguageChoice::English, "en"), std::pair(LanguageChoice::Korean, "ko")}) {
        Language::instance().apply(choice);
        for (const auto& [mode, dress] :
             {std::pair(ThemeMode::Light, "light"), std::pair(ThemeMode::Dark, "dark")}) {
            Theme::instance().apply(mode);
            takeInThisDress(window, QStringLiteral("%1/%2-%3-%4").arg(folder, name, dress, code));
        }
    }
    Language::instance().apply(language);
    Theme::instance().apply(theme);
    pause(kSettleMs);
}

}  // namespace hearth::ui
