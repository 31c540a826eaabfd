#pragma once
#include <QObject>
#include <functional>

class QWidget;

namespace hearth::ui {

/// Milliseconds since the kernel started this process (10 ms steps), loading of libraries included.
double millisecondsSinceProcessStart();

/// Calls `done` once, right after `window` has painted for the first time.
void afterFirstPaint(QWidget* window, std::function<void()> done);

}  // namespace hearth::ui
