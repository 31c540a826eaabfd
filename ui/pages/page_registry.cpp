#include "ui/pages/page_registry.h"

#include <QCoreApplication>

#include "ui/pages/api_keys/api_keys_page.h"
#include "ui/pages/chat/chat_page.h"
#include "ui/pages/datasets/datasets_page.h"
#include "ui/pages/fine_tuning/fine_tuning_page.h"
#include "ui/pages/models/models_page.h"
#include "ui/pages/overview/overview_page.h"
#include "ui/pages/schedules/schedules_page.h"
#include "ui/pages/settings/settings_page.h"
#include "ui/shell/page.h"

namespace hearth::ui {

// A page = a folder in ui/pages and one entry here: the create function is
// [](AppContext& context) -> Page* { return new ModelsPage(context); }
const std::vector<PageInfo>& pageRegistry() {
    static const std::vector<PageInfo> pages = {
        {.id = "overview",
         .icon = "overview",
         .group = NavGroup::Operate,
         .permission = core::Permission::ReadNode,
         .title = QT_TRANSLATE_NOOP("Pages", "Overview"),
         .help = QT_TRANSLATE_NOOP("Pages", "How the node is, and what it is doing right now."),
         .create = [](AppContext& context) -> Page* { return new OverviewPage(context); }},
        {.id = "chat",
         .icon = "chat",
         .group = NavGroup::Operate,
         .permission = core::Permission::UseModels,
         .title = QT_TRANSLATE_NOOP("Pages", "Chat"),
         .help = QT_TRANSLATE_NOOP("Pages", "Try out what the node serves."),
         .create = [](AppContext& context) -> Page* { return new ChatPage(context); }},
        {.id = "models",
         .icon = "models",
         .group = NavGroup::Build,
         .permission = core::Permission::UseModels,
         .title = QT_TRANSLATE_NOOP("Pages", "Models"),
         .help = QT_TRANSLATE_NOOP("Pages", "What the node can serve and fine-tune."),
         .create = [](AppContext& context) -> Page* { return new ModelsPage(context); }},
        {.id = "datasets",
         .icon = "datasets",
         .group = NavGroup::Build,
         .permission = core::Permission::ReadFiles,
         .title = QT_TRANSLATE_NOOP("Pages", "Data sets"),
         .help = QT_TRANSLATE_NOOP("Pages", "What models learn from and are tested with."),
         .create = [](AppContext& context) -> Page* { return new DatasetsPage(context); }},
        {.id = "fine_tuning",
         .icon = "fine_tuning",
         .group = NavGroup::Build,
         .permission = core::Permission::ReadFineTuning,
         .title = QT_TRANSLATE_NOOP("Pages", "Fine-tuning"),
         .help = QT_TRANSLATE_NOOP("Pages", "Teach a model from your own examples."),
         .create = [](AppContext& context) -> Page* { return new FineTuningPage(context); }},
        {.id = "schedules",
         .icon = "calendar",
         .group = NavGroup::Build,
         .permission = core::Permission::ReadFineTuning,
         .title = QT_TRANSLATE_NOOP("Pages", "Schedules"),
         .help = QT_TRANSLATE_NOOP("Pages", "Fine-tuning by the calendar, without anybody there."),
         .create = [](AppContext& context) -> Page* { return new SchedulesPage(context); }},
        {.id = "api_keys",
         .icon = "api_keys",
         .group = NavGroup::Govern,
         .permission = core::Permission::ManageKeys,
         .title = QT_TRANSLATE_NOOP("Pages", "API keys"),
         .help = QT_TRANSLATE_NOOP("Pages", "What applications sign their requests with."),
         .create = [](AppContext& context) -> Page* { return new ApiKeysPage(context); }},
        {.id = "settings",
         .icon = "settings",
         .group = NavGroup::Node,
         .permission = core::Permission::SignedIn,
         .title = QT_TRANSLATE_NOOP("Pages", "Settings"),
         .help = QT_TRANSLATE_NOOP("Pages", "How the console looks, and which nodes it knows."),
         .create = [](AppContext& context) -> Page* { return new SettingsPage(context); }},
    };
    return pages;
}

const PageInfo* findPage(const QString& id) {
    for (const PageInfo& page : pageRegistry())
        if (id == page.id)
            return &page;
    return nullptr;
}

QString PageInfo::titleText() const {
    return QCoreApplication::translate("Pages", title);
}

QString PageInfo::helpText() const {
    return QCoreApplication::translate("Pages", help);
}

QString groupTitle(NavGroup group) {
    switch (group) {
        case NavGroup::Operate:
            return QCoreApplication::translate("Pages", "Operate");
        case NavGroup::Build:
            return QCoreApplication::translate("Pages", "Build");
        case NavGroup::Govern:
            return QCoreApplication::translate("Pages", "Govern");
        case NavGroup::Node:
            return QCoreApplication::translate("Pages", "Node");
    }
    return {};
}

}  // namespace hearth::ui
