#include "ui/pages/models/models_page.h"

#include <gtest/gtest.h>

#include <QJsonArray>
#include <QSignalSpy>
#include <QTest>

#include "tests/ui/support/fake_session.h"
#include "tests/ui/support/input.h"
#include "ui/i18n/language.h"
#include "ui/pages/models/import_form.h"
#include "ui/pages/models/imports_panel.h"
#include "ui/pages/models/model_details_view.h"
#include "ui/pages/models/model_rows.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/button.h"
#include "ui/widgets/combo_box.h"
#include "ui/widgets/confirm.h"
#include "ui/widgets/copy_field.h"
#include "ui/widgets/drawer.h"
#include "ui/widgets/line_field.h"
#include "ui/widgets/progress_row.h"
#include "ui/widgets/table/data_table.h"

namespace hearth::ui {
namespace {

QJsonObject model(const QString& id, bool served, const QString& error = {}) {
    return {{"id", id},
            {"kind", "base"},
            {"created_at", 1'700'000'000},
            {"served", served},
            {"wanted", served || !error.isEmpty()},
            {"load_error", error.isEmpty() ? QJsonValue() : QJsonValue(error)},
            {"bytes", 9'400'000'000.0},
            {"tunable", id != "spare"},
            {"architecture", "deepseek_v2"}};
}

QJsonObject listOf(const QJsonArray& data) {
    return {{"data", data}, {"has_more", false}};
}

class ModelsPageTest : public testing::Test {
protected:
    ModelsPageTest() {
        setModels({model("lite", true), model("spare", false),
                   model("broken", false, "out of memory: 9.4 GB needed")});
        fake.node.answer("GET", "/api/v1/imports", listOf({}));
    }

    void setModels(const QJsonArray& models) {
        fake.node.answer("GET", "/api/v1/models", listOf(models));
    }
    ModelsPage& open() {
        page = std::make_unique<ModelsPage>(fake.context);
        page->resize(1200, 800);
        test::activate(*page);
        page->shown();
        EXPECT_TRUE(
            QTest::qWaitFor([&] { return page->table()->state() != DataTable::State::Loading; }));
        return *page;
    }
    Button* button(const QString& text) {
        for (Button* candidate : page->findChildren<Button*>()) {
            if (candidate->text() == text && candidate->isVisible())
                return candidate;
        }
        ADD_FAILURE() << "no button " << text.toStdString();
        return nullptr;
    }
    bool wasCalled(const QByteArray& method, const QString& path) {
        return QTest::qWaitFor([&] { return fake.node.count(method, path) > 0; });
    }

    FakeSession fake;
    std::unique_ptr<ModelsPage> page;
};

TEST_F(ModelsPageTest, ListsModelsWithTheirStates) {
    open();
    EXPECT_EQ(page->table()->shownRows(), (QStringList{"broken", "lite", "spare"}));
    const int state = page->table()->columnIndex("state");
    EXPECT_EQ(page->table()->rows()[0].cells[state].text, "served");
    EXPECT_EQ(page->table()->rows()[1].cells[state].text, "unloaded");
    EXPECT_EQ(page->table()->rows()[2].cells[state].text, "failed");
}

TEST_F(ModelsPageTest, SaysWhyNothingCouldBeLoadedAndTriesAgain) {
    fake.node.answer("GET", "/api/v1/models",
                     FakeAnswer::error(500, "broken", "The disk is gone."));
    open();
    EXPECT_EQ(page->table()->state(), DataTable::State::Failed);
    setModels({model("lite", true)});
    button("Try again")->click();
    EXPECT_TRUE(QTest::qWaitFor([&] { return page->table()->rows().size() == 1; }));
}

TEST_F(ModelsPageTest, EmptyNodeLeadsToTheImport) {
    setModels({});
    open();
    EXPECT_EQ(page->table()->state(), DataTable::State::Empty);
    emit page->table()->emptyActionRequested();
    EXPECT_TRUE(page->importForm()->isVisible());
}

TEST_F(ModelsPageTest, DrawerShowsFacts) {
    QJsonObject details = model("lite", true);
    details.insert("parameters", 15'706'000'000.0);
    details.insert("active_parameters", 2'400'000'000.0);
    details.insert("kv_bytes_per_token", 31'104);
    details.insert("kv_bytes_per_token_as_mha", 276'480);
    details.insert("files", QJsonArray{QJsonObject{
                                {"name", "model.pack"}, {"bytes", 12}, {"sha256", "ab12"}}});
    fake.node.answer("GET", "/api/v1/models/lite", details);
    open().openItem("lite");
    EXPECT_TRUE(page->drawer()->isOpen());
    const auto shows = [&](const QString& text) {
        for (const QLabel* label : page->drawer()->findChildren<QLabel*>()) {
            if (label->isVisible() && label->text().contains(text))
                return true;
        }
        return false;
    };
    EXPECT_TRUE(QTest::qWaitFor([&] { return shows("15.71B, 2.40B of them active"); }));
    EXPECT_TRUE(shows("31.1 kB"));
    EXPECT_TRUE(shows("276 kB"));
    EXPECT_TRUE(shows("8.9 times as many tokens"));
    bool digest = false;
    for (const CopyField* field : page->drawer()->findChildren<CopyField*>())
        digest = digest || field->value() == "ab12";
    EXPECT_TRUE(digest);
}

TEST_F(ModelsPageTest, LoadErrorComesWithWhatToDo) {
    EXPECT_TRUE(adviceForLoadError("out of memory: 9.4 GB needed").contains("Unload a model"));
    EXPECT_TRUE(adviceForLoadError("hash of chunk 3 is wrong").contains("import it again"));
    EXPECT_FALSE(adviceForLoadError("something else").isEmpty());
}

TEST_F(ModelsPageTest, LoadsAndUnloads) {
    fake.node.answer("POST", "/api/v1/models/spare/load", model("spare", true));
    open().openItem("spare");
    button("Load")->click();
    EXPECT_TRUE(wasCalled("POST", "/api/v1/models/spare/load"));
    page->openItem("lite");
    fake.node.answer("POST", "/api/v1/models/lite/unload",
                     FakeAnswer::error(409, "in_use", "A job needs it."));
    button("Unload")->click();
    ASSERT_TRUE(QTest::qWaitFor([&] { return !fake.toasts.history().isEmpty(); }));
    EXPECT_TRUE(fake.toasts.history()[0].text.contains("A job needs it."));
}

TEST_F(ModelsPageTest, DeleteAsksForTheName) {
    fake.node.answer("DELETE", "/api/v1/models/spare", QJsonObject{{"deleted", true}});
    open().openItem("spare");
    button("Delete")->click();
    auto* confirm = page->window()->findChild<Confirm*>();
    ASSERT_TRUE(confirm);
    EXPECT_FALSE(confirm->confirmButton()->isEnabled());
    QTest::keyClicks(confirm->nameEdit(), "spare");
    confirm->confirmButton()->click();
    EXPECT_TRUE(wasCalled("DELETE", "/api/v1/models/spare"));
}

TEST_F(ModelsPageTest, LeadsToChatAndFineTuning) {
    QSignalSpy requested(&fake.navigator, &Navigator::requested);
    open().openItem("lite");
    button("Chat")->click();
    button("Fine-tune")->click();
    EXPECT_EQ(requested[0], (QVariantList{"chat", "lite"}));
    EXPECT_EQ(requested[1], (QVariantList{"fine_tuning", "new?model=lite"}));
    page->openItem("spare");
    for (Button* candidate : page->findChildren<Button*>())
        EXPECT_FALSE(candidate->isVisible() && candidate->text() == "Fine-tune");
}

TEST_F(ModelsPageTest, ReadersSeeNoManagement) {
    fake.permit({core::Permission::UseModels});
    open().openItem("lite");
    for (Button* candidate : page->findChildren<Button*>()) {
        for (const char* text : {"Import a model", "Delete", "Load", "Unload", "Fine-tune"})
            EXPECT_FALSE(candidate->isVisible() && candidate->text() == text) << text;
    }
    EXPECT_EQ(fake.node.count("GET", "/api/v1/imports"), 0);
}

TEST_F(ModelsPageTest, ImportFormShowsErrorsInPlace) {
    open().openItem("new");
    ImportForm* form = page->importForm();
    EXPECT_FALSE(form->browse());  // the node is elsewhere
    form->start()->click();
    EXPECT_EQ(fake.node.count("POST", "/api/v1/imports"), 0);
    form->folder()->setText("/srv/models/Hearth Lite");
    emit form->folder()->editingFinished();
    EXPECT_EQ(form->name()->text(), "hearth-lite");
    form->precision()->setChoice("int8");
    fake.node.answer("POST", "/api/v1/imports",
                     FakeAnswer::error(409, "exists", "The name is taken.", "name"));
    form->start()->click();
    const auto taken = [&] {
        for (const QLabel* label : form->findChildren<QLabel*>()) {
            if (label->isVisible() && label->text() == "The name is taken.")
                return true;
        }
        return false;
    };
    EXPECT_TRUE(QTest::qWaitFor(taken));
    EXPECT_TRUE(std::ranges::any_of(fake.node.requests(), [](const FakeRequest& request) {
        return request.method == "POST" && request.body.contains(R"("precision":"int8")");
    }));
}

TEST_F(ModelsPageTest, RunningImportsShowProgressAndCanBeCancelled) {
    QJsonObject import{{"id", "imp-1"},
                       {"model", "new"},
                       {"path", "/m"},
                       {"status", "packing"},
                       {"progress", 0.25},
                       {"bytes_done", 500'000'000},
                       {"bytes_total", 2'000'000'000},
                       {"bytes_per_s", 100'000'000},
                       {"eta_s", 15}};
    fake.node.answer("GET", "/api/v1/imports", listOf({import}));
    fake.node.answer("POST", "/api/v1/imports/imp-1/cancel", import);
    open();
    ASSERT_TRUE(QTest::qWaitFor([&] { return page->imports()->anyRunning(); }));
    auto* row = page->imports()->findChild<ProgressRow*>();
    EXPECT_EQ(row->details(), "25 % · 15 s left · 500 MB of 2.0 GB · 100 MB/s");
    const auto says = [&](const QString& text) {
        const auto labels = row->findChildren<QLabel*>();
        return std::ranges::any_of(labels, [&](auto* label) { return label->text() == text; });
    };
    EXPECT_TRUE(says("new: packing"));
    row->cancelButton()->click();
    EXPECT_TRUE(wasCalled("POST", "/api/v1/imports/imp-1/cancel"));
}

TEST(ImportsPanelTest, EndsAreToldOnceAndFailuresStay) {
    ImportsPanel panel;
    QSignalSpy succeeded(&panel, &ImportsPanel::succeeded);
    ModelImport import{.id = "a", .model = "m", .status = "copying"};
    panel.setImports({import});
    import.status = "succeeded";
    panel.setImports({import});
    panel.setImports({import});
    EXPECT_EQ(succeeded.size(), 1);
    EXPECT_TRUE(panel.isHidden());
    const ModelImport failed{.id = "b", .model = "n", .status = "failed", .error = "Disk full."};
    panel.setImports({failed});
    auto* banner = panel.findChild<Banner*>();
    ASSERT_TRUE(banner);
    EXPECT_EQ(banner->text(), "n could not be imported: Disk full.");
    banner->action()->click();
    panel.setImports({failed});
    EXPECT_TRUE(panel.isHidden());
}

TEST_F(ModelsPageTest, TheDrawerClosesWhenItsModelIsGone) {
    open().openItem("spare");
    setModels({model("lite", true)});
    EXPECT_TRUE(QTest::qWaitFor([&] { return !page->drawer()->isOpen(); }, 8000));
}

TEST_F(ModelsPageTest, TextsFollowTheLanguage) {
    open().openItem("lite");
    Language::instance().apply(LanguageChoice::Korean);
    Language::instance().apply(LanguageChoice::English);
    EXPECT_TRUE(button("Import a model"));
    EXPECT_TRUE(page->drawer()->isOpen());
}

}  // namespace
}  // namespace hearth::ui
