#include "ui/theme/hearth_style.h"

namespace hearth::ui {

HearthStyle::HearthStyle() : QProxyStyle("fusion") {}

}  // namespace hearth::ui
