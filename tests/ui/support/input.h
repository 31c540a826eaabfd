// What a person does to a widget, for tests.
#pragma once
#include <QApplication>
#include <QInputMethodEvent>
#include <QTest>
#include <QWidget>

namespace hearth::ui::test {

/// Shown and active, so that focus is real.
inline void activate(QWidget& window) {
    window.show();
    window.activateWindow();
    QApplication::setActiveWindow(&window);
    QApplication::processEvents();
}

/// A syllable in the making, as an input method shows it.
inline void compose(QWidget& field, const QString& preedit) {
    QInputMethodEvent event(preedit, {});
    QApplication::sendEvent(&field, &event);
}

/// The syllable is done; `next` is what is already begun behind it.
inline void commit(QWidget& field, const QString& text, const QString& next = {}) {
    QInputMethodEvent event(next, {});
    event.setCommitString(text);
    QApplication::sendEvent(&field, &event);
}

}  // namespace hearth::ui::test
