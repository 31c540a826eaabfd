// Where the command line finds its node, and how paths there are spelled.
#include <Poco/URI.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "app/cli/api_client.h"
#include "core/file.h"
#include "core/json.h"

namespace hearth::app {
namespace {

using nlohmann::json;

std::string environment(const char* name) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing sets it
    return value ? value : "";
}

void replaceIfSet(std::string& target, const char* variable) {
    if (std::string value = environment(variable); !value.empty())
        target = std::move(value);
}

}  // namespace

std::filesystem::path localProfileFile(const std::filesystem::path& dataDirectory) {
    return dataDirectory / "secrets" / "cli.json";
}

core::Status writeProfile(const std::filesystem::path& file, const ClientProfile& profile) {
    const json text = {
        {"url", profile.url}, {"ca_file", profile.caFile}, {"api_key", profile.apiKey}};
    return core::writeFileAtomic(file, text.dump(2) + "\n", 0600);
}

core::Result<ClientProfile> resolveProfile(const std::filesystem::path& dataDirectory) {
    ClientProfile profile;
    const auto file = localProfileFile(dataDirectory);
    if (std::error_code ignored; !dataDirectory.empty() && std::filesystem::exists(file, ignored)) {
        CORE_ASSIGN(const auto text, core::readTextFile(file));
        CORE_ASSIGN(const json fields, core::parseJson(text, file.string()));
        CORE_ASSIGN(profile.url, core::readString(fields, "url", 4096));
        CORE_ASSIGN(profile.caFile, core::readString(fields, "ca_file", 4096));
        CORE_ASSIGN(profile.apiKey, core::readString(fields, "api_key", 4096));
        if (std::filesystem::path(profile.caFile).is_relative())
            profile.caFile = (dataDirectory / profile.caFile).string();
    }
    replaceIfSet(profile.url, "HEARTH_URL");
    replaceIfSet(profile.caFile, "HEARTH_CA_FILE");
    replaceIfSet(profile.apiKey, "HEARTH_API_KEY");
    if (profile.url.empty() || profile.apiKey.empty())
        return core::Error{core::ErrorCode::InvalidArgument,
                           "no node to speak to: give --data DIR of a node on this machine, or set "
                           "HEARTH_URL, HEARTH_CA_FILE and HEARTH_API_KEY",
                           dataDirectory.string()};
    return profile;
}

std::string pathSegment(std::string_view text) {
    std::string encoded;
    Poco::URI::encode(std::string(text), "/?#%&+:=;", encoded);
    return encoded;
}

}  // namespace hearth::app
