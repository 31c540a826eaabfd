#include "app/services/node/node_setup.h"

#include "core/api/permission.h"
#include "core/clock.h"
#include "core/crypto/api_key.h"
#include "core/crypto/password.h"
#include "core/crypto/random.h"
#include "core/crypto/tls_certificate.h"
#include "core/file.h"
#include "core/strings.h"
#include "storage/api_key_repository.h"
#include "storage/data_directory.h"
#include "storage/user_repository.h"

namespace hearth::app {
namespace {

constexpr size_t kPasswordLength = 20;  // base62: 119 bits
constexpr const char* kDepartment = "default";

core::Result<std::string> readPassword(const std::filesystem::path& file) {
    CORE_ASSIGN(const auto text, core::readTextFile(file, core::kMaxPasswordBytes + 2));
    const std::string password(core::trim(text));
    CORE_TRY(core::checkNewPassword(password));
    return password;
}

/// Where a client on this machine reaches it: "all addresses" is none to connect to.
std::string localUrl(const core::NodeConfig& config) {
    const bool all = config.address == "0.0.0.0" || config.address == "::";
    const bool v6 = config.address.find(':') != std::string::npos;
    const std::string host = all ? "127.0.0.1" : v6 ? "[" + config.address + "]" : config.address;
    return "https://" + host + ":" + std::to_string(config.port);
}

core::Result<std::string> createLocalKey(storage::Connection& control,
                                         const std::string& administrator, int64_t now) {
    std::vector<std::string> permissions;
    for (const auto permission : core::grantablePermissions())
        permissions.emplace_back(core::permissionName(permission));
    const auto key = core::generateApiKey();
    CORE_TRY(storage::ApiKeyRepository(control).create({.id = core::randomId("key-"),
                                                        .owner = {administrator, kDepartment},
                                                        .hash = key.hash,
                                                        .prefix = key.prefix,
                                                        .name = "command line of this machine",
                                                        .permissions = permissions,
                                                        .createdAt = now}));
    return key.secret;
}

}  // namespace

core::Result<NewNode> setUpNode(const NodeSetup& setup) {
    NewNode node{.url = localUrl(setup.config)};
    std::string password;
    if (setup.passwordFile.empty()) {
        password = node.password = core::randomBase62(kPasswordLength);
    } else {
        CORE_ASSIGN(password, readPassword(setup.passwordFile));
    }
    auto names = core::defaultCertificateNames();
    names.insert(names.end(), setup.names.begin(), setup.names.end());
    CORE_TRY(storage::DataDirectory::create(setup.directory, setup.config, names));
    CORE_ASSIGN(const auto data, storage::DataDirectory::open(setup.directory));
    const int64_t now = core::SystemClock::instance().unixSeconds();
    const storage::User administrator{.id = core::randomId("user-"),
                                      .departmentId = kDepartment,
                                      .name = setup.administrator,
                                      .passwordHash = core::hashPassword(password),
                                      .role = storage::Role::Admin,
                                      .createdAt = now};
    CORE_TRY(storage::UserRepository(data->control()).create(administrator));
    CORE_ASSIGN(node.localKey, createLocalKey(data->control(), administrator.id, now));
    return node;
}

}  // namespace hearth::app
