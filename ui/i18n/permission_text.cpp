#include "ui/i18n/permission_text.h"

#include <QCoreApplication>

namespace hearth::ui {
namespace {

struct Permissions {
    Q_DECLARE_TR_FUNCTIONS(Permissions)
};

}  // namespace

QString permissionText(core::Permission permission) {
    using core::Permission;
    switch (permission) {
        case Permission::Public:
        case Permission::SignedIn:
            return Permissions::tr("Sign in");
        case Permission::UseModels:
            return Permissions::tr("Chat with models and call them");
        case Permission::ReadFiles:
            return Permissions::tr("See data sets");
        case Permission::WriteFiles:
            return Permissions::tr("Upload and delete data sets");
        case Permission::ReadFineTuning:
            return Permissions::tr("See fine-tuning runs");
        case Permission::RunFineTuning:
            return Permissions::tr("Start and cancel fine-tuning runs");
        case Permission::ManageModels:
            return Permissions::tr("Import, load and delete models");
        case Permission::ManageKeys:
            return Permissions::tr("Create and revoke API keys");
        case Permission::ManageUsers:
            return Permissions::tr("Manage people and departments");
        case Permission::ReadNode:
            return Permissions::tr("See the node's health and metrics");
        case Permission::ManageNode:
            return Permissions::tr("Stop the node and change its settings");
        case Permission::ReadAudit:
            return Permissions::tr("Read the audit log");
    }
    return {};
}

}  // namespace hearth::ui
