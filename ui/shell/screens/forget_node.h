#pragma once
#include "ui/app_context.h"

class QWidget;

namespace hearth::ui {

/// Asks over the window of `anywhere`, then drops the current node and its sign-in from the
/// console.
void askToForgetNode(QWidget* anywhere, AppContext& context);

}  // namespace hearth::ui
