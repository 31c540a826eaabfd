#include "core/api/permission.h"

#include <array>
#include <utility>

namespace hearth::core {
namespace {

constexpr std::array<std::pair<Permission, std::string_view>, 13> kNames{{
    {Permission::Public, "public"},
    {Permission::SignedIn, "signed_in"},
    {Permission::UseModels, "models.use"},
    {Permission::ReadFiles, "files.read"},
    {Permission::WriteFiles, "files.write"},
    {Permission::ReadFineTuning, "finetune.read"},
    {Permission::RunFineTuning, "finetune.run"},
    {Permission::ManageModels, "models.manage"},
    {Permission::ManageKeys, "keys.manage"},
    {Permission::ManageUsers, "users.manage"},
    {Permission::ReadNode, "node.read"},
    {Permission::ManageNode, "node.manage"},
    {Permission::ReadAudit, "audit.read"},
}};

}  // namespace

std::string_view permissionName(Permission permission) {
    for (const auto& [value, name] : kNames)
        if (value == permission)
            return name;
    return "unknown";
}

std::optional<Permission> permissionFromName(std::string_view name) {
    for (const auto& [value, known] : kNames)
        if (known == name)
            return value;
    return std::nullopt;
}

const std::vector<Permission>& grantablePermissions() {
    static const std::vector<Permission> kGrantable = [] {
        std::vector<Permission> permissions;
        for (const auto& [value, name] : kNames)
            if (value != Permission::Public && value != Permission::SignedIn)
                permissions.push_back(value);
        return permissions;
    }();
    return kGrantable;
}

PermissionSet PermissionSet::all() {
    PermissionSet set;
    for (const Permission permission : grantablePermissions())
        set.add(permission);
    return set;
}

}  // namespace hearth::core
