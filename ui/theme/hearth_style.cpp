#include "ui/theme/hearth_style.h"

#include <QApplication>

#include "ui/theme/focus_watch.h"

namespace hearth::ui {

HearthStyle::HearthStyle() : QProxyStyle("fusion") {
    new FocusWatch(qApp);
}

}  // namespace hearth::ui
