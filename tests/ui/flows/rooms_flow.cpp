// What holds in every room.
#include <QInputMethodEvent>
#include <QPlainTextEdit>
#include <QTextEdit>
#include <QtTest>

#include "tests/ui/flows/stage.h"
#include "ui/models/preferences.h"
#include "ui/pages/page_registry.h"
#include "ui/shell/command_palette.h"

namespace hearth::ui {
namespace {

class RoomsFlow : public FlowTest {
protected:
    void enter(const PageInfo& page) {
        goTo(page.id);
        pause(700);  // first answers of the node
    }
};

/// Composes 한 in a field and commits 한글; false when the field shows anything else.
template <typename Edit>
bool takesHangul(Edit* edit, QString (*textOf)(const Edit*)) {
    const QString before = textOf(edit);
    edit->setFocus();
    QInputMethodEvent composing(QStringLiteral("한"), {});
    QApplication::sendEvent(edit, &composing);
    const bool untouched = textOf(edit) == before;
    QInputMethodEvent committed;
    committed.setCommitString(QStringLiteral("한글"));
    QApplication::sendEvent(edit, &committed);
    const bool arrived = textOf(edit).contains(QStringLiteral("한글"));
    edit->undo();
    return untouched && arrived;
}

TEST_F(RoomsFlow, EveryFocusableHasAName) {
    haveTunedModel();
    openSignedIn();
    for (const PageInfo& page : pageRegistry()) {
        enter(page);
        EXPECT_EQ(namelessFocusable(&window()), "") << page.id;
    }
}

TEST_F(RoomsFlow, EveryFieldTakesHangul) {
    haveTunedModel();
    openSignedIn();
    int fields = 0;
    for (const PageInfo& page : pageRegistry()) {
        enter(page);
        for (QLineEdit* edit : window().findChildren<QLineEdit*>()) {
            if (!edit->isVisible() || !edit->isEnabled() || edit->isReadOnly() ||
                edit->validator() || edit->echoMode() != QLineEdit::Normal)
                continue;
            ++fields;
            EXPECT_TRUE(takesHangul<QLineEdit>(edit, [](auto* e) { return e->text(); }))
                << page.id << ' ' << edit->accessibleName().toStdString();
        }
        for (QPlainTextEdit* edit : window().findChildren<QPlainTextEdit*>()) {
            if (!edit->isVisible() || edit->isReadOnly())
                continue;
            ++fields;
            EXPECT_TRUE(takesHangul<QPlainTextEdit>(edit, [](auto* e) { return e->toPlainText(); }))
                << page.id << ' ' << edit->accessibleName().toStdString();
        }
    }
    EXPECT_GE(fields, 3);
}

TEST_F(RoomsFlow, ThemeAndLanguageSwitchLive) {
    openSignedIn();
    goTo("models");
    Page* before = window().page("models");
    context().preferences.setLanguage(LanguageChoice::Korean);
    EXPECT_TRUE(waitForText(&window(), QStringLiteral("모델")));
    context().preferences.setTheme(ThemeMode::Dark);
    pause(100);
    EXPECT_EQ(window().palette().color(QPalette::Window), darkColors().background);
    EXPECT_EQ(window().page("models"), before) << "nothing may be made anew";
    context().preferences.setTheme(ThemeMode::Light);
    context().preferences.setLanguage(LanguageChoice::English);
}

TEST_F(RoomsFlow, ThePaletteLeadsToEveryRoom) {
    openSignedIn();
    for (const PageInfo& page : pageRegistry()) {
        QTest::keySequence(&window(), QKeySequence("Ctrl+K"));
        auto* palette = window().findChild<CommandPalette*>();
        ASSERT_TRUE(waitUntil([&] { return palette->isVisible(); }));
        auto* search = palette->findChild<QLineEdit*>();
        if (QString(page.id) == "models")
            picture("palette");
        QTest::keyClicks(search, page.titleText());
        QTest::keyClick(search, Qt::Key_Return);
        EXPECT_EQ(window().currentPage().toStdString(), page.id);
    }
}

}  // namespace
}  // namespace hearth::ui
