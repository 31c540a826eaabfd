// An MLflow tracking server by HTTP or HTTPS, with the certificate verified.
#pragma once
#include <memory>
#include <string>

#include "app/cli/mlflow_export.h"

namespace hearth::app {

/// Where the server is and who asks. Of the credentials the token goes first.
struct MlflowProfile {
    std::string url;     // "https://mlflow.example:5000/perhaps/a/path"
    std::string caFile;  // PEM; empty: the machine's authorities
    std::string token;
    std::string username, password;
};

/// MLflow's own variables: MLFLOW_TRACKING_URI where `url` is empty, MLFLOW_TRACKING_TOKEN,
/// MLFLOW_TRACKING_USERNAME, MLFLOW_TRACKING_PASSWORD, MLFLOW_TRACKING_SERVER_CERT_PATH.
/// Errors: InvalidArgument without a server, or where its URL is none of http or https.
core::Result<MlflowProfile> resolveMlflowProfile(const std::string& url);

/// Credentials that would travel unencrypted over a network.
bool exposesCredentials(const MlflowProfile& profile);

/// Not for use by two threads.
class MlflowServer : public MlflowApi {
public:
    explicit MlflowServer(MlflowProfile profile);
    ~MlflowServer() override;

    // Errors: Unavailable when the server cannot be reached or its certificate is refused;
    // Unauthenticated and PermissionDenied; NotFound; otherwise with what the server says.
    core::Result<nlohmann::json> get(const std::string& endpoint,
                                     const std::map<std::string, std::string>& query) override;
    core::Result<nlohmann::json> post(const std::string& endpoint,
                                      const nlohmann::json& body) override;

private:
    struct Connection;
    core::Result<nlohmann::json> call(const std::string& method, const std::string& path,
                                      const std::string& body);

    MlflowProfile m_profile;
    std::unique_ptr<Connection> m_connection;
};

/// What an answer with a status of 300 and more means.
core::Error mlflowError(int status, const std::string& body, const std::string& url);

}  // namespace hearth::app
