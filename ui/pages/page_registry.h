// Every page of the console. Navigation, palette and shortcuts come from this list.
#pragma once
#include <QString>
#include <vector>

#include "core/api/permission.h"
#include "ui/app_context.h"

namespace hearth::ui {

class Page;

enum class NavGroup { Operate, Build, Govern, Node };

struct PageInfo {
    const char* id;    // stable: navigation, deep links, pictures
    const char* icon;  // of ui/theme/icons
    NavGroup group;
    core::Permission permission;
    const char* title;  // QT_TRANSLATE_NOOP("Pages", ...)
    const char* help;   // the sentence under the title, likewise
    Page* (*create)(AppContext& context);

    QString titleText() const;  // in the present language
    QString helpText() const;
};

const std::vector<PageInfo>& pageRegistry();
const PageInfo* findPage(const QString& id);
QString groupTitle(NavGroup group);

}  // namespace hearth::ui
