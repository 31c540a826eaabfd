// What a person does with the console, in terms of what a person sees: texts and names.
#pragma once
#include <gtest/gtest.h>

#include <QAbstractButton>
#include <QLineEdit>
#include <QWidget>
#include <functional>

namespace hearth::ui {

/// Runs the event loop until `condition` holds; false after `milliseconds`.
bool waitUntil(const std::function<bool()>& condition, int milliseconds = 10'000);
/// Runs the event loop for a while.
void pause(int milliseconds);

/// The text or accessible name of a widget, whichever a person would call it by.
bool isCalled(const QWidget* widget, const QString& name);

/// The visible, enabled widget that is called so; null when there is none.
template <typename T = QWidget>
T* findCalled(QWidget* root, const QString& name) {
    for (T* widget : root->findChildren<T*>())
        if (widget->isVisible() && widget->isEnabled() && isCalled(widget, name))
            return widget;
    return nullptr;
}

/// Waits for a button of that name and clicks it; false, and why, when it does not come.
testing::AssertionResult click(QWidget* root, const QString& button, int milliseconds = 10'000);
/// Replaces what a field holds by typing.
testing::AssertionResult type(QWidget* root, const QString& field, const QString& text);
/// Chooses, by keyboard, the entry of a combo box that is `entry`, or else contains it.
testing::AssertionResult choose(QWidget* root, const QString& box, const QString& entry);
/// Drops a local file onto a widget, as from a file manager.
void dropFile(QWidget* target, const QString& file);
/// On how many visible widgets a text stands; whether on any.
int countShown(QWidget* root, const QString& text);
bool isShown(QWidget* root, const QString& text);
testing::AssertionResult waitForText(QWidget* root, const QString& text, int milliseconds = 10'000);

/// Visible widgets that take the focus by keyboard but have no accessible name, a line each.
std::string namelessFocusable(QWidget* root);

}  // namespace hearth::ui
