#pragma once
#include <QString>

class QWidget;

namespace hearth::ui {

/// Takes eight pictures of a room: light and dark, English and Korean, 100 % and 200 %, as
/// NAME-light-en.png, NAME-dark-ko@2x.png, ... into HEARTH_IMAGES; without that variable it does
/// nothing. Afterwards the window is as before.
void takePictures(QWidget& window, const QString& name);

}  // namespace hearth::ui
