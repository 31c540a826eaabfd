#include "ui/shell/palette_entries.h"

#include <QCoreApplication>

#include "ui/models/node_watch.h"
#include "ui/models/preferences.h"
#include "ui/models/profiles.h"
#include "ui/models/session.h"
#include "ui/pages/page_registry.h"
#include "ui/shell/navigator.h"
#include "ui/shell/page.h"

namespace hearth::ui {
namespace {

struct Palette {
    Q_DECLARE_TR_FUNCTIONS(Palette)
};

using Entries = std::vector<PaletteEntry>;

void addPages(Entries& entries, AppContext& context,
              const std::function<bool(const PageInfo&)>& allowed) {
    int number = 1;
    for (const PageInfo& page : pageRegistry()) {
        const QString keys = QStringLiteral("Ctrl+%1").arg(number++);
        if (allowed(page))
            entries.push_back({page.titleText(), {}, page.icon, keys, [&context, id = page.id] {
                                   context.navigator.open(id);
                               }});
    }
}

void addCommands(Entries& entries, Page* front) {
    if (!front)
        return;
    for (const PageCommand& command : front->commands())
        entries.push_back({command.title(), Palette::tr("This page"), "play",
                           command.shortcut.toString(QKeySequence::NativeText), command.run});
}

void addModelsAndRuns(Entries& entries, AppContext& context) {
    if (const auto& status = context.watch.status())
        for (const ModelLoad& model : status->models)
            entries.push_back({Palette::tr("Chat with %1").arg(model.id),
                               Palette::tr("Model"),
                               "chat",
                               {},
                               [&context, id = model.id] { context.navigator.open("chat", id); }});
    for (const Job& job : context.watch.jobs())
        entries.push_back(
            {Palette::tr("Run %1").arg(job.fineTunedModel.isEmpty() ? job.id : job.fineTunedModel),
             Palette::tr("Run"),
             "fine_tuning",
             {},
             [&context, id = job.id] { context.navigator.open("fine_tuning", id); }});
}

void addNodes(Entries& entries, AppContext& context) {
    for (const NodeProfile& profile : context.profiles.all())
        if (!context.session.profile() || context.session.profile()->id != profile.id)
            entries.push_back({Palette::tr("Switch to %1").arg(profile.name),
                               Palette::tr("Node"),
                               "node",
                               {},
                               [&context, id = profile.id] { context.profiles.setCurrent(id); }});
}

void addAppearance(Entries& entries, AppContext& context) {
    const bool dark = Theme::instance().isDark();
    entries.push_back(
        {dark ? Palette::tr("Use the light theme") : Palette::tr("Use the dark theme"),
         Palette::tr("Console"),
         dark ? "sun" : "moon",
         {},
         [&context, dark] {
             context.preferences.setTheme(dark ? ThemeMode::Light : ThemeMode::Dark);
         }});
    const bool korean = Language::instance().isKorean();
    entries.push_back({korean ? QStringLiteral("Use English") : QStringLiteral("한국어로 보기"),
                       Palette::tr("Console"),
                       "settings",
                       {},
                       [&context, korean] {
                           context.preferences.setLanguage(korean ? LanguageChoice::English
                                                                  : LanguageChoice::Korean);
                       }});
    entries.push_back({Palette::tr("Sign out"), Palette::tr("Account"), "log_out", {}, [&context] {
                           context.session.signOut();
                       }});
}

}  // namespace

std::vector<PaletteEntry> paletteEntries(AppContext& context, Page* front,
                                         const std::function<bool(const PageInfo&)>& allowed) {
    Entries entries;
    addPages(entries, context, allowed);
    addCommands(entries, front);
    addModelsAndRuns(entries, context);
    addNodes(entries, context);
    addAppearance(entries, context);
    return entries;
}

}  // namespace hearth::ui
