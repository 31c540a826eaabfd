#include <gtest/gtest.h>

#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>

#include "tests/ui/support/input.h"
#include "ui/theme/paint.h"
#include "ui/widgets/button.h"
#include "ui/widgets/combo_box.h"
#include "ui/widgets/copy_field.h"
#include "ui/widgets/form_field.h"
#include "ui/widgets/password_field.h"
#include "ui/widgets/search_field.h"

namespace hearth::ui {
namespace {

TEST(LineFieldTest, ReturnBelongsToTheComposition) {
    LineField field;
    test::activate(field);
    QSignalSpy pressed(&field, &QLineEdit::returnPressed);
    test::compose(field, "하");
    QTest::keyClick(&field, Qt::Key_Return);
    EXPECT_EQ(pressed.count(), 0);
    test::commit(field, "한");
    QTest::keyClick(&field, Qt::Key_Return);
    EXPECT_EQ(pressed.count(), 1);
    EXPECT_EQ(field.text(), "한");
}

TEST(LineFieldTest, SettlesOnceTheSyllableIsDone) {
    LineField field;
    QSignalSpy settled(&field, &LineField::settled);
    test::compose(field, "ㅎ");
    // One syllable is committed while the next is already begun.
    test::commit(field, "한", "ㄱ");
    EXPECT_EQ(settled.count(), 0);
    test::commit(field, "글");
    ASSERT_EQ(settled.count(), 1);
    EXPECT_EQ(settled[0][0].toString(), "한글");
}

TEST(SearchFieldTest, DoesNotSearchInMidComposition) {
    SearchField field;
    QSignalSpy searched(&field, &SearchField::searched);
    test::compose(field, "ㅁ");
    test::commit(field, "모", "ㄷ");
    QTest::qWait(SearchField::kPauseMs + 60);
    EXPECT_EQ(searched.count(), 0);
    test::commit(field, "델");
    QTest::qWait(SearchField::kPauseMs + 60);
    ASSERT_EQ(searched.count(), 1);
    EXPECT_EQ(searched[0][0].toString(), "모델");
}

TEST(SearchFieldTest, EscapeClearsFirstAndThenPasses) {
    SearchField field;
    test::activate(field);
    field.setText("llama");
    QSignalSpy searched(&field, &SearchField::searched);
    QTest::keyClick(&field, Qt::Key_Escape);
    EXPECT_EQ(field.text(), "");
    ASSERT_EQ(searched.count(), 1);
    EXPECT_FALSE(field.clearButton()->isVisible());
}

TEST(PasswordFieldTest, EyeShowsAndClearingHides) {
    PasswordField field;
    field.setText("secret");
    EXPECT_EQ(field.echoMode(), QLineEdit::Password);
    field.showButton()->click();
    EXPECT_EQ(field.echoMode(), QLineEdit::Normal);
    field.clear();
    EXPECT_EQ(field.echoMode(), QLineEdit::Password);
    EXPECT_FALSE(field.showButton()->accessibleName().isEmpty());
}

TEST(FormFieldTest, KeepsTheEditorsNameAndDescription) {
    auto* edit = new LineField;
    FormField field(edit);
    field.setLabel("Name");
    field.setHelp("Seen in the audit log.");
    EXPECT_EQ(edit->accessibleName(), "Name");
    EXPECT_EQ(edit->accessibleDescription(), "Seen in the audit log.");
    field.setRequired(true);
    EXPECT_EQ(edit->accessibleName(), "Name, required");
    field.setError("Enter a name.");
    EXPECT_EQ(edit->accessibleDescription(), "Error: Enter a name.");
    EXPECT_TRUE(isFaulty(edit));
    field.setError({});
    EXPECT_EQ(edit->accessibleDescription(), "Seen in the audit log.");
    EXPECT_FALSE(isFaulty(edit));
}

TEST(FormFieldTest, NamesThePartThatTakesTheFocus) {
    auto* copy = new CopyField;
    FormField field(copy);
    field.setLabel("Request id");
    ASSERT_NE(copy->focusProxy(), nullptr);
    EXPECT_EQ(copy->focusProxy()->accessibleName(), "Request id");
}

TEST(ComboBoxTest, NewTextsKeepTheChoiceAndTellNobody) {
    ComboBox combo;
    combo.setChoices({{1, "One"}, {2, "Two"}});
    combo.setChoice(2);
    QSignalSpy chosen(&combo, &ComboBox::chosen);
    combo.setChoices({{1, "하나"}, {2, "둘"}});
    EXPECT_EQ(combo.choice(), 2);
    EXPECT_EQ(combo.currentText(), "둘");
    EXPECT_EQ(chosen.count(), 0);
    combo.setChoices({{1, "One"}});
    EXPECT_EQ(combo.choice(), 1);
    EXPECT_EQ(chosen.count(), 1);
}

TEST(CopyFieldTest, CopiesAndSaysSo) {
    CopyField field;
    field.setName("Request id");
    field.setValue("req_1");
    EXPECT_EQ(field.copyButton()->accessibleName(), "Copy Request id");
    field.copyButton()->click();
    EXPECT_EQ(QApplication::clipboard()->text(), "req_1");
    EXPECT_EQ(field.copyButton()->accessibleName(), "Copied");
}

/// Every kind of field keeps what is being composed, and takes what is committed.
TEST(FieldsTest, HangulArrivesWhole) {
    LineField line;
    SearchField search;
    PasswordField password;
    for (QLineEdit* edit : {static_cast<QLineEdit*>(&line), static_cast<QLineEdit*>(&search),
                            static_cast<QLineEdit*>(&password)}) {
        test::activate(*edit);
        test::compose(*edit, "ㄱ");
        test::compose(*edit, "가");
        test::commit(*edit, "각", "ㅎ");
        test::commit(*edit, "하");
        EXPECT_EQ(edit->text(), "각하") << edit->metaObject()->className();
    }
}

}  // namespace
}  // namespace hearth::ui
