// What a principal may do. The daemon's route table names one permission per route, and
// the console shows a page only to those who hold the permission behind it.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

namespace hearth::core {

enum class Permission : std::uint8_t {
    Public,     // anyone, even without a credential
    SignedIn,   // any valid key or session
    UseModels,  // list models, chat, complete
    ReadFiles,
    WriteFiles,
    ReadFineTuning,
    RunFineTuning,
    ManageModels,
    ManageKeys,
    ManageUsers,
    ReadNode,    // status and metrics
    ManageNode,  // stop, settings
    ReadAudit,
};

/// Stable name as stored and shown ("files.write").
std::string_view permissionName(Permission permission);
std::optional<Permission> permissionFromName(std::string_view name);

/// Every permission that can be granted; Public and SignedIn are held by nature.
const std::vector<Permission>& grantablePermissions();

class PermissionSet {
public:
    constexpr PermissionSet() = default;
    constexpr PermissionSet(std::initializer_list<Permission> permissions) {
        for (const Permission permission : permissions)
            add(permission);
    }

    constexpr void add(Permission permission) { m_bits |= bit(permission); }
    constexpr bool has(Permission permission) const { return (m_bits & bit(permission)) != 0; }
    constexpr bool operator==(const PermissionSet&) const = default;

    static PermissionSet all();

private:
    static constexpr std::uint32_t bit(Permission permission) {
        return std::uint32_t{1} << static_cast<std::uint8_t>(permission);
    }

    std::uint32_t m_bits = 0;
};

}  // namespace hearth::core
