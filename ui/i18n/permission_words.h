// Permissions in plain words, grouped as an administrator thinks of them.
#pragma once
#include <QString>
#include <vector>

#include "core/api/permission.h"

namespace hearth::ui {

struct PermissionWords {
    QString title;        // "Use models"
    QString description;  // what one can do with it
};

/// In the present language.
PermissionWords permissionWords(core::Permission permission);

struct PermissionGroup {
    const char* title;  // QT_TRANSLATE_NOOP("Permissions", ...)
    std::vector<core::Permission> permissions;

    QString titleText() const;
};

/// Every grantable permission stands in one group.
const std::vector<PermissionGroup>& permissionGroups();

/// "Use models, read data sets" of the node's names; an unknown name stands as it is.
QString permissionSummary(const QStringList& names);

}  // namespace hearth::ui
