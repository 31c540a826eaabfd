#include "tests/ui/flows/gestures.h"

#include <QAccessible>
#include <QComboBox>
#include <QDragEnterEvent>
#include <QLabel>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QTextEdit>
#include <QtTest>

#include "ui/widgets/elided_label.h"

namespace hearth::ui {
namespace {

QString plain(QString text) {
    return text.remove('&').trimmed();
}

QString textOf(const QWidget* widget) {
    if (const auto* label = qobject_cast<const QLabel*>(widget))
        return label->text();
    if (const auto* button = qobject_cast<const QAbstractButton*>(widget))
        return button->text();
    if (const auto* edit = qobject_cast<const QLineEdit*>(widget))
        return edit->text();
    if (const auto* edit = qobject_cast<const QPlainTextEdit*>(widget))
        return edit->toPlainText();
    if (const auto* edit = qobject_cast<const QTextEdit*>(widget))
        return edit->toPlainText();
    if (const auto* box = qobject_cast<const QComboBox*>(widget))
        return box->currentText();
    if (const auto* label = qobject_cast<const ElidedLabel*>(widget))
        return label->text();
    return {};
}

testing::AssertionResult missing(const QString& what, const QString& name) {
    return testing::AssertionFailure()
           << what.toStdString() << " '" << name.toStdString() << "' did not appear";
}

}  // namespace

bool waitUntil(const std::function<bool()>& condition, int milliseconds) {
    return QTest::qWaitFor(condition, milliseconds);
}

void pause(int milliseconds) {
    QTest::qWait(milliseconds);
}

bool isCalled(const QWidget* widget, const QString& name) {
    // "Name, required"
    if (widget->accessibleName() == name || widget->accessibleName().startsWith(name + ", "))
        return true;
    const auto* button = qobject_cast<const QAbstractButton*>(widget);
    return button && plain(button->text()) == name;
}

testing::AssertionResult click(QWidget* root, const QString& button, int milliseconds) {
    QAbstractButton* found = nullptr;
    if (!waitUntil([&] { return (found = findCalled<QAbstractButton>(root, button)) != nullptr; },
                   milliseconds))
        return missing("the button", button);
    QTest::mouseClick(found, Qt::LeftButton);
    return testing::AssertionSuccess();
}

testing::AssertionResult type(QWidget* root, const QString& field, const QString& text) {
    QWidget* found = nullptr;
    const auto look = [&] {
        for (QWidget* widget : root->findChildren<QWidget*>())
            if (widget->isVisible() && widget->isEnabled() && isCalled(widget, field) &&
                (qobject_cast<QLineEdit*>(widget) || qobject_cast<QPlainTextEdit*>(widget) ||
                 qobject_cast<QTextEdit*>(widget)))
                found = widget;
        return found != nullptr;
    };
    if (!waitUntil(look))
        return missing("the field", field);
    found->setFocus();
    QTest::keySequence(found, QKeySequence::SelectAll);
    QTest::keyClicks(found, text);
    return testing::AssertionSuccess();
}

testing::AssertionResult choose(QWidget* root, const QString& box, const QString& entry) {
    QComboBox* found = nullptr;
    int wanted = -1;
    const auto isThere = [&] {
        found = findCalled<QComboBox>(root, box);
        if (found && (wanted = found->findText(entry)) < 0)
            wanted = found->findText(entry, Qt::MatchContains);
        return wanted >= 0;
    };
    if (!waitUntil(isThere))
        return missing("the choice", box + ": " + entry);
    found->setFocus();
    QTest::keyClick(found, Qt::Key_Home);
    for (int i = 0; i < found->count() && found->currentIndex() != wanted; ++i)
        QTest::keyClick(found, Qt::Key_Down);
    if (found->currentIndex() != wanted)
        return missing("the entry", entry);
    return testing::AssertionSuccess();
}

void dropFile(QWidget* target, const QString& file) {
    QMimeData mime;
    mime.setUrls({QUrl::fromLocalFile(file)});
    const QPoint middle = target->rect().center();
    QDragEnterEvent enter(middle, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(target, &enter);
    QDropEvent drop(middle, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(target, &drop);
}

int countShown(QWidget* root, const QString& text) {
    const auto widgets = root->findChildren<QWidget*>();
    return int(std::count_if(widgets.begin(), widgets.end(), [&](const QWidget* widget) {
        return widget->isVisible() && textOf(widget).contains(text);
    }));
}

bool isShown(QWidget* root, const QString& text) {
    return countShown(root, text) > 0;
}

testing::AssertionResult waitForText(QWidget* root, const QString& text, int milliseconds) {
    if (waitUntil([&] { return isShown(root, text); }, milliseconds))
        return testing::AssertionSuccess();
    return missing("the text", text);
}

std::string namelessFocusable(QWidget* root) {
    QStringList nameless;
    for (const QWidget* widget : root->findChildren<QWidget*>()) {
        if (!widget->isVisible() || !(widget->focusPolicy() & Qt::TabFocus))
            continue;
        QAccessibleInterface* accessible =
            QAccessible::queryAccessibleInterface(const_cast<QWidget*>(widget));
        if (!accessible || accessible->text(QAccessible::Name).trimmed().isEmpty())
            nameless << QStringLiteral("%1 '%2' in %3")
                            .arg(widget->metaObject()->className(), widget->objectName(),
                                 widget->parentWidget()
                                     ? widget->parentWidget()->metaObject()->className()
                                     : "");
    }
    return nameless.join('\n').toStdString();
}

}  // namespace hearth::ui
