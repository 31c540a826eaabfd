#pragma once
#include <QWidget>
#include "ui/app_context.h"
namespace hearth::ui {
class SessionScreen : public QWidget {
    Q_OBJECT
public:
    explicit SessionScreen(AppContext&) {}
};
}  // namespace hearth::ui
