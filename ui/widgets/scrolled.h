#pragma once

class QScrollArea;
class QWidget;

namespace hearth::ui {

/// An area that scrolls content, which it owns: without a frame, on the page's ground, not itself
/// in the order of the tab key.
QScrollArea* scrolled(QWidget* content);

}  // namespace hearth::ui
