#include "ui/i18n/permission_words.h"

#include <QCoreApplication>
#include <QStringList>

namespace hearth::ui {
namespace {

struct Permissions {
    Q_DECLARE_TR_FUNCTIONS(Permissions)
};

using core::Permission;

}  // namespace

PermissionWords permissionWords(Permission permission) {
    switch (permission) {
        case Permission::UseModels:
            return {Permissions::tr("Use models"),
                    Permissions::tr("List the models, chat with them and complete text.")};
        case Permission::ReadFiles:
            return {Permissions::tr("Read data sets"),
                    Permissions::tr("List, search and download data sets.")};
        case Permission::WriteFiles:
            return {Permissions::tr("Change data sets"),
                    Permissions::tr("Upload and delete data sets.")};
        case Permission::ReadFineTuning:
            return {Permissions::tr("See fine-tuning runs"),
                    Permissions::tr("Follow runs, their curves and their results.")};
        case Permission::RunFineTuning:
            return {Permissions::tr("Start fine-tuning"),
                    Permissions::tr("Start and cancel runs, which use the machine for hours.")};
        case Permission::ManageModels:
            return {Permissions::tr("Manage models"),
                    Permissions::tr("Import, load, unload and delete models.")};
        case Permission::ManageKeys:
            return {Permissions::tr("Manage API keys"),
                    Permissions::tr("Create keys with the same or fewer permissions, and revoke "
                                    "keys.")};
        case Permission::ManageUsers:
            return {Permissions::tr("Manage people"),
                    Permissions::tr("Add people, change their roles and passwords.")};
        case Permission::ReadNode:
            return {Permissions::tr("See the node"),
                    Permissions::tr("Read its status, metrics and alarms.")};
        case Permission::ManageNode:
            return {Permissions::tr("Manage the node"),
                    Permissions::tr("Stop it, read its log and change its settings.")};
        case Permission::ReadAudit:
            return {Permissions::tr("Read the audit trail"),
                    Permissions::tr("See who did what, and export it.")};
        case Permission::Public:
        case Permission::SignedIn:
            break;
    }
    return {};
}

QString PermissionGroup::titleText() const {
    return QCoreApplication::translate("Permissions", title);
}

const std::vector<PermissionGroup>& permissionGroups() {
    static const std::vector<PermissionGroup> groups{
        {QT_TRANSLATE_NOOP("Permissions", "Applications"),
         {Permission::UseModels, Permission::ReadFiles, Permission::WriteFiles}},
        {QT_TRANSLATE_NOOP("Permissions", "Fine-tuning"),
         {Permission::ReadFineTuning, Permission::RunFineTuning}},
        {QT_TRANSLATE_NOOP("Permissions", "Administration"),
         {Permission::ManageModels, Permission::ManageKeys, Permission::ManageUsers,
          Permission::ReadNode, Permission::ManageNode, Permission::ReadAudit}},
    };
    return groups;
}

QString permissionSummary(const QStringList& names) {
    QStringList texts;
    for (const QString& name : names) {
        const auto permission = core::permissionFromName(name.toStdString());
        const QString title = permission ? permissionWords(*permission).title : QString();
        texts << (title.isEmpty() ? name : title);
    }
    return texts.join(", ");
}

}  // namespace hearth::ui
