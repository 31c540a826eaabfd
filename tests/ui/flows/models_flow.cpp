#include <QtTest>

#include "tests/ui/flows/stage.h"
#include "ui/models/session.h"
#include "ui/shell/navigator.h"

namespace hearth::ui {
namespace {

class ModelsFlow : public FlowTest {};

TEST_F(ModelsFlow, ImportShowsProgressAndTheModelServes) {
    openSignedIn();
    goTo("models");
    ASSERT_TRUE(click(&window(), "Import a model"));
    ASSERT_TRUE(type(&window(), "Name", "second demo"));
    ASSERT_TRUE(type(&window(), "Folder on the node's machine", "/nowhere"));
    ASSERT_TRUE(click(&window(), "Start import"));
    EXPECT_TRUE(waitForText(&window(), "a model's name has"));
    ASSERT_TRUE(type(&window(), "Name", "second-demo"));
    ASSERT_TRUE(click(&window(), "Start import"));
    EXPECT_TRUE(waitForText(&window(), "/nowhere"));
    picture("models_import");
    ASSERT_TRUE(type(&window(), "Folder on the node's machine", sourceFile("app/demo/model")));
    ASSERT_TRUE(click(&window(), "Start import"));
    EXPECT_TRUE(waitForText(&window(), "second-demo is imported.", 30'000));
}

TEST_F(ModelsFlow, DetailsUnloadLoadAndDelete) {
    haveModel();
    haveTunedModel();
    openSignedIn();
    context().navigator.open("models", haveModel());
    ASSERT_TRUE(waitForText(&window(), "KV cache a token"));
    ASSERT_TRUE(waitForText(&window(), "Architecture"));
    EXPECT_EQ(namelessFocusable(&window()), "");
    picture("models");
    ASSERT_TRUE(click(&window(), "Unload"));
    ASSERT_TRUE(waitForText(&window(), "Not loaded"));
    ASSERT_TRUE(click(&window(), "Load"));
    ASSERT_TRUE(waitForText(&window(), "Unload"));
}

}  // namespace
}  // namespace hearth::ui
