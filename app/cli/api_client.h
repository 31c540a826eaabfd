// The command line's connection to a node: HTTPS with the certificate verified, an API key.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "core/result.h"

namespace hearth::app {

/// Where the node is and how to speak to it.
struct ClientProfile {
    std::string url;     // "https://127.0.0.1:8443"
    std::string caFile;  // PEM that the node's certificate is verified against
    std::string apiKey;
};

/// File of a data directory that `hearth node init` writes for the local command line (0600).
std::filesystem::path localProfileFile(const std::filesystem::path& dataDirectory);
core::Status writeProfile(const std::filesystem::path& file, const ClientProfile& profile);

/// The profile in dataDirectory, with HEARTH_URL, HEARTH_CA_FILE and HEARTH_API_KEY taking
/// precedence. Errors: InvalidArgument saying what is missing.
core::Result<ClientProfile> resolveProfile(const std::filesystem::path& dataDirectory);

/// One request after the other; not for use by two threads.
class ApiClient {
public:
    explicit ApiClient(ClientProfile profile);
    ~ApiClient();

    const ClientProfile& profile() const { return m_profile; }

    /// Errors: Unavailable when the node does not answer (with what to try); the node's own
    /// error otherwise.
    core::Result<nlohmann::json> get(const std::string& path);
    /// The same, of an answer that is no JSON.
    core::Result<std::string> download(const std::string& path);
    /// The same into a file, mode 0600. An answer of unknown length that broke off is not always
    /// told from a whole one: check what came.
    core::Status downloadTo(const std::string& path, const std::filesystem::path& file);
    core::Result<nlohmann::json> post(const std::string& path, const nlohmann::json& body);
    core::Result<nlohmann::json> remove(const std::string& path);

    /// multipart/form-data with the fields `purpose` and `file`, read from disk as it is sent.
    core::Result<nlohmann::json> upload(const std::string& path, const std::string& purpose,
                                        const std::filesystem::path& file);
    /// multipart/form-data with the files by their fields' names.
    core::Result<nlohmann::json> postFiles(
        const std::string& path, const std::map<std::string, std::filesystem::path>& files,
        const std::map<std::string, std::string>& fields = {});

    /// POST that answers with server-sent events; `event` gets each data line but [DONE], and
    /// returns false to leave.
    core::Status stream(const std::string& path, const nlohmann::json& body,
                        const std::function<bool(const nlohmann::json&)>& event);

private:
    struct Connection;
    ClientProfile m_profile;
    std::unique_ptr<Connection> m_connection;
};

/// Percent-encodes one path segment.
std::string pathSegment(std::string_view text);

}  // namespace hearth::app
