#include "ui/pages/api_keys/api_keys_page.h"

#include <gtest/gtest.h>

#include <QClipboard>
#include <QJsonArray>
#include <QTest>

#include "tests/ui/support/fake_session.h"
#include "tests/ui/support/input.h"
#include "ui/i18n/permission_words.h"
#include "ui/pages/api_keys/key_rows.h"
#include "ui/pages/api_keys/new_key_form.h"
#include "ui/pages/api_keys/permission_picker.h"
#include "ui/pages/api_keys/secret_view.h"
#include "ui/widgets/button.h"
#include "ui/widgets/combo_box.h"
#include "ui/widgets/confirm.h"
#include "ui/widgets/copy_field.h"
#include "ui/widgets/drawer.h"
#include "ui/widgets/form_field.h"
#include "ui/widgets/line_field.h"
#include "ui/widgets/table/data_table.h"

namespace hearth::ui {
namespace {

using core::Permission;

QJsonObject key(const QString& id, const QString& name, bool revoked = false) {
    return {{"id", id},
            {"name", name},
            {"prefix", "hk_ab12"},
            {"permissions", QJsonArray{"models.use", "files.read"}},
            {"created_at", 1'700'000'000},
            {"expires_at", QJsonValue()},
            {"last_used_at", QJsonValue()},
            {"revoked", revoked}};
}

class ApiKeysPageTest : public testing::Test {
protected:
    ApiKeysPageTest() {
        setKeys({key("k1", "billing"), key("k2", "old", true)});
        page.resize(1200, 800);
        test::activate(page);
        page.shown();
        EXPECT_TRUE(QTest::qWaitFor([&] { return page.table()->rows().size() == 2; }));
    }

    void setKeys(const QJsonArray& keys) {
        fake.node.answer("GET", "/api/v1/keys", QJsonObject{{"data", keys}, {"has_more", false}});
    }
    void create(const QString& name) {
        page.form()->name()->setText(name);
        page.form()->create()->click();
    }

    FakeSession fake;
    ApiKeysPage page{fake.context};
};

TEST_F(ApiKeysPageTest, RefusesAKeyWithoutPermissions) {
    page.openItem("new");
    EXPECT_TRUE(page.form()->permissions()->box(Permission::UseModels)->isChecked());
    page.form()->permissions()->setChosen({});
    create("app");
    EXPECT_TRUE(page.form()->permissionsField()->hasError());
    EXPECT_EQ(fake.node.count("POST", "/api/v1/keys"), 0);
    page.form()->permissions()->box(Permission::ReadNode)->click();
    EXPECT_FALSE(page.form()->permissionsField()->hasError());
}

TEST_F(ApiKeysPageTest, ShowsTheSecretOnceAndForgetsIt) {
    QJsonObject made = key("k3", "app");
    made.insert("key", "hk_verysecret");
    fake.node.answer("POST", "/api/v1/keys", made);
    page.openItem("new");
    page.form()->permissions()->box(Permission::ReadFiles)->click();
    page.form()->expiry()->setChoice(30);
    create("app");
    ASSERT_TRUE(QTest::qWaitFor([&] { return page.secretView()->isVisible(); }));
    const QJsonObject sent = fake.node.requests().last().method == "POST"
                                 ? fake.node.requests().last().json()
                                 : fake.node.requests()[fake.node.requests().size() - 2].json();
    EXPECT_EQ(sent["permissions"].toArray(), (QJsonArray{"models.use", "files.read"}));
    EXPECT_EQ(sent["expires_in_days"].toInt(), 30);
    EXPECT_EQ(page.secretView()->secret()->value(), "hk_verysecret");
    EXPECT_TRUE(page.secretView()->example().contains("Bearer hk_verysecret"));
    page.secretView()->done()->click();
    EXPECT_FALSE(page.drawer()->isOpen());
    EXPECT_TRUE(page.secretView()->secret()->value().isEmpty());
    EXPECT_TRUE(page.secretView()->example().isEmpty());
}

TEST_F(ApiKeysPageTest, LeavingThePageForgetsTheSecret) {
    page.openItem("new");
    emit page.form()->created({.secret = "hk_x"});
    EXPECT_EQ(page.secretView()->secret()->value(), "hk_x");
    page.left();
    EXPECT_TRUE(page.secretView()->secret()->value().isEmpty());
}

TEST_F(ApiKeysPageTest, PermissionsOneDoesNotHaveCannotBeGiven) {
    fake.permit({Permission::ManageKeys, Permission::UseModels});
    page.openItem("new");
    PermissionPicker* picker = page.form()->permissions();
    EXPECT_TRUE(picker->box(Permission::UseModels)->isEnabled());
    EXPECT_FALSE(picker->box(Permission::ManageNode)->isEnabled());
}

TEST_F(ApiKeysPageTest, RevokeAsksForTheName) {
    fake.node.answer("DELETE", "/api/v1/keys/k1", QJsonObject{});
    page.table()->setCurrentRow("k1");
    page.table()->setFocus();
    QTest::keyClick(page.table()->focusProxy(), Qt::Key_Delete);
    auto* confirm = page.window()->findChild<Confirm*>();
    ASSERT_TRUE(confirm);
    QTest::keyClicks(confirm->nameEdit(), "billing");
    confirm->confirmButton()->click();
    EXPECT_TRUE(QTest::qWaitFor([&] { return fake.node.count("DELETE", "/api/v1/keys/k1") > 0; }));
}

TEST_F(ApiKeysPageTest, ARevokedKeyCannotBeRevokedAgain) {
    page.table()->setCurrentRow("k2");
    QTest::keyClick(page.table()->focusProxy(), Qt::Key_Delete);
    EXPECT_FALSE(page.window()->findChild<Confirm*>());
}

TEST_F(ApiKeysPageTest, ExportsTellHowTheyEnded) {
    page.table()->exportTo("/no/such/folder/keys.csv", DataTable::ExportFormat::Csv);
    ASSERT_TRUE(QTest::qWaitFor([&] { return !fake.toasts.history().isEmpty(); }));
    EXPECT_TRUE(fake.toasts.history()[0].text.contains("/no/such/folder/keys.csv"));
    EXPECT_EQ(fake.toasts.history()[0].tone, Tone::Bad);
}

TEST(KeyRowsTest, StatesFollowTheClock) {
    ApiKey key{.id = "k", .expiresAt = 1'000'000};
    EXPECT_EQ(keyState(key, 100'000), "active");
    EXPECT_EQ(keyState(key, 999'999), "expiring");
    EXPECT_EQ(keyState(key, 1'000'000), "expired");
    EXPECT_TRUE(keyRow(key, 1'000'000).faded);
    key.expiresAt.reset();
    EXPECT_EQ(keyState(key, 5'000'000'000), "active");
    key.revoked = true;
    EXPECT_EQ(keyState(key, 0), "revoked");
}

TEST(PermissionWordsTest, EveryPermissionHasWordsAndOneGroup) {
    for (const Permission permission : core::grantablePermissions()) {
        EXPECT_FALSE(permissionWords(permission).title.isEmpty());
        EXPECT_FALSE(permissionWords(permission).description.isEmpty());
        int groups = 0;
        for (const PermissionGroup& group : permissionGroups())
            groups +=
                int(std::count(group.permissions.begin(), group.permissions.end(), permission));
        EXPECT_EQ(groups, 1) << core::permissionName(permission);
    }
    EXPECT_EQ(permissionSummary({"models.use", "brand.new"}), "Use models, brand.new");
}

}  // namespace
}  // namespace hearth::ui
