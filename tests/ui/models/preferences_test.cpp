#include "ui/models/preferences.h"

#include <gtest/gtest.h>

#include <QTemporaryDir>

#include "ui/models/profiles.h"
#include "ui/theme/motion.h"

namespace hearth::ui {
namespace {

class PreferencesTest : public testing::Test {
protected:
    void TearDown() override {
        Theme::instance().apply(ThemeMode::Light);
        Language::instance().apply(LanguageChoice::English);
        setReduceMotion(false);
    }

    QTemporaryDir directory;
    QString file = directory.filePath("console.ini");
};

TEST_F(PreferencesTest, OutliveTheConsole) {
    {
        Preferences preferences(file);
        preferences.setTheme(ThemeMode::Dark);
        preferences.setLanguage(LanguageChoice::Korean);
        preferences.setReduceMotion(true);
        preferences.setValue("table/models", QByteArray("layout"));
        EXPECT_TRUE(Theme::instance().isDark());
        EXPECT_TRUE(Language::instance().isKorean());
    }
    Theme::instance().apply(ThemeMode::Light);
    Language::instance().apply(LanguageChoice::English);
    Preferences again(file);
    EXPECT_EQ(again.theme(), ThemeMode::Dark);
    EXPECT_EQ(again.language(), LanguageChoice::Korean);
    EXPECT_TRUE(again.reduceMotion());
    EXPECT_EQ(again.value("table/models").toByteArray(), "layout");
    again.applyAll();
    EXPECT_TRUE(Theme::instance().isDark());
    EXPECT_TRUE(Language::instance().isKorean());
    EXPECT_TRUE(reduceMotion());
}

TEST_F(PreferencesTest, StrangeValuesReadAsTheSystems) {
    QFile text(file);
    ASSERT_TRUE(text.open(QIODevice::WriteOnly));
    text.write("[appearance]\ntheme=pink\nlanguage=\n[nodes]\nlist=no json\ncurrent=x\n");
    text.close();
    Preferences preferences(file);
    EXPECT_EQ(preferences.theme(), ThemeMode::System);
    EXPECT_EQ(preferences.language(), LanguageChoice::System);
    const Profiles profiles(preferences);
    EXPECT_TRUE(profiles.all().isEmpty());
    EXPECT_FALSE(profiles.current());
}

TEST_F(PreferencesTest, ProfilesAreKeptInOrder) {
    QString second;
    {
        Preferences preferences(file);
        Profiles profiles(preferences);
        profiles.save({.name = "한글; [\"x\"]", .url = QUrl("https://a:1"), .user = "u"});
        second = profiles.save({.name = "b",
                                .url = QUrl("https://[::1]:2"),
                                .pinnedSha256 = "abc",
                                .dataDirectory = "/data dir"});
        profiles.setCurrent(second);
    }
    Preferences preferences(file);
    Profiles profiles(preferences);
    ASSERT_EQ(profiles.all().size(), 2);
    EXPECT_EQ(profiles.all().constFirst().name, "한글; [\"x\"]");
    EXPECT_EQ(profiles.current()->id, second);
    EXPECT_EQ(profiles.current()->url.port(), 2);
    EXPECT_EQ(profiles.current()->pinnedSha256, "abc");
    EXPECT_TRUE(profiles.current()->isLocal());
    profiles.forget(second);
    EXPECT_EQ(profiles.current()->name, "한글; [\"x\"]") << "another one takes its place";
}

}  // namespace
}  // namespace hearth::ui
