#include "app/cli/mlflow_server.h"

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPBasicCredentials.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/Net/SSLException.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>

#include <cstdlib>
#include <istream>
#include <nlohmann/json.hpp>
#include <ostream>

#include "core/json.h"
#include "core/strings.h"

namespace hearth::app {
namespace {

using nlohmann::json;
using Poco::Net::HTTPRequest;
using Poco::Net::HTTPResponse;

constexpr int kTimeoutSeconds = 60;

std::string environment(const char* name) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing sets it
    return value ? value : "";
}

core::Error invalidUrl(const std::string& message, const std::string& url) {
    return {core::ErrorCode::InvalidArgument, message, url};
}

core::ErrorCode codeOf(int status, const std::string& name) {
    if (name == "RESOURCE_DOES_NOT_EXIST")
        return core::ErrorCode::NotFound;
    if (name == "RESOURCE_ALREADY_EXISTS")
        return core::ErrorCode::AlreadyExists;
    switch (status) {
        case 400:
            return core::ErrorCode::InvalidArgument;
        case 429:
            return core::ErrorCode::ResourceExhausted;
        case 502:
        case 503:
        case 504:
            return core::ErrorCode::Unavailable;
        default:
            return core::ErrorCode::Internal;
    }
}

/// {"error_code", "message"}; empty where the body is something else.
json errorBody(const std::string& body) {
    auto parsed = core::parseJson(body, "the MLflow server's answer");
    return parsed && parsed->is_object() ? std::move(*parsed) : json::object();
}

void authorize(const MlflowProfile& profile, HTTPRequest& request) {
    if (!profile.token.empty())
        request.set("Authorization", "Bearer " + profile.token);
    else if (!profile.username.empty())
        Poco::Net::HTTPBasicCredentials(profile.username, profile.password).authenticate(request);
}

}  // namespace

core::Error mlflowError(int status, const std::string& body, const std::string& url) {
    if (status == 401)
        return {core::ErrorCode::Unauthenticated,
                "the MLflow server refused the credentials: set MLFLOW_TRACKING_TOKEN, or "
                "MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD",
                url};
    const json error = errorBody(body);
    const std::string name = error.value("error_code", "");
    const std::string said = core::printable(error.value("message", body));
    if (status == 403)
        return {core::ErrorCode::PermissionDenied, "the MLflow server does not allow it: " + said,
                url};
    if (status < 400 || (status == 404 && name.empty()))
        return invalidUrl("this is no MLflow tracking server, or not its whole URL (status " +
                              std::to_string(status) + ")",
                          url);
    return {codeOf(status, name),
            "the MLflow server answered with status " + std::to_string(status) + ": " + said, url};
}

core::Result<MlflowProfile> resolveMlflowProfile(const std::string& url) {
    MlflowProfile profile{.url = url.empty() ? environment("MLFLOW_TRACKING_URI") : url,
                          .caFile = environment("MLFLOW_TRACKING_SERVER_CERT_PATH"),
                          .token = environment("MLFLOW_TRACKING_TOKEN"),
                          .username = environment("MLFLOW_TRACKING_USERNAME"),
                          .password = environment("MLFLOW_TRACKING_PASSWORD")};
    if (profile.url.empty())
        return invalidUrl("no MLflow server: give --server URL, or set MLFLOW_TRACKING_URI", "");
    try {
        const Poco::URI uri(profile.url);
        if ((uri.getScheme() != "https" && uri.getScheme() != "http") || uri.getHost().empty())
            return invalidUrl("the MLflow server's URL must begin with https:// or http://",
                              profile.url);
        if (!uri.getUserInfo().empty())
            return invalidUrl(
                "the MLflow server's URL must hold no credentials: set "
                "MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD",
                uri.getHost());
    } catch (const Poco::SyntaxException&) {
        return invalidUrl("the MLflow server's URL is not well formed", profile.url);
    }
    return profile;
}

bool exposesCredentials(const MlflowProfile& profile) {
    const Poco::URI uri(profile.url);
    const std::string host = uri.getHost();
    const bool here = host == "localhost" || host == "127.0.0.1" || host == "::1";
    return uri.getScheme() == "http" && !here &&
           !(profile.token.empty() && profile.username.empty());
}

/// The session and where the API is below the server's URL.
struct MlflowServer::Connection {
    std::unique_ptr<Poco::Net::HTTPClientSession> session;
    std::string root;

    explicit Connection(const MlflowProfile& profile) {
        const Poco::URI uri(profile.url);
        root = uri.getPath();
        while (root.ends_with('/'))
            root.pop_back();
        root += "/api/2.0/mlflow/";
        session = uri.getScheme() == "https" ? overTls(uri, profile.caFile)
                                             : std::make_unique<Poco::Net::HTTPClientSession>(
                                                   uri.getHost(), uri.getPort());
        session->setKeepAlive(true);
        session->setTimeout(Poco::Timespan(kTimeoutSeconds, 0));
    }

    static std::unique_ptr<Poco::Net::HTTPClientSession> overTls(const Poco::URI& uri,
                                                                 const std::string& caFile) {
        Poco::Net::Context::Params params;
        params.caLocation = caFile;
        params.loadDefaultCAs = caFile.empty();
        params.verificationMode = Poco::Net::Context::VERIFY_STRICT;
        Poco::Net::Context::Ptr context(
            new Poco::Net::Context(Poco::Net::Context::TLS_CLIENT_USE, params));
        context->requireMinimumProtocol(Poco::Net::Context::PROTO_TLSV1_2);
        return std::make_unique<Poco::Net::HTTPSClientSession>(uri.getHost(), uri.getPort(),
                                                               context);
    }
};

MlflowServer::MlflowServer(MlflowProfile profile) : m_profile(std::move(profile)) {}
MlflowServer::~MlflowServer() = default;

core::Result<json> MlflowServer::get(const std::string& endpoint,
                                     const std::map<std::string, std::string>& query) {
    Poco::URI path;
    path.setPath(endpoint);
    for (const auto& [name, value] : query)
        path.addQueryParameter(name, value);
    return call(HTTPRequest::HTTP_GET, path.getPathAndQuery(), "");
}

core::Result<json> MlflowServer::post(const std::string& endpoint, const json& body) {
    return call(HTTPRequest::HTTP_POST, endpoint, core::dumpJson(body));
}

core::Result<json> MlflowServer::call(const std::string& method, const std::string& path,
                                      const std::string& body) try {
    if (!m_connection)
        m_connection = std::make_unique<Connection>(m_profile);
    HTTPRequest request(method, m_connection->root + path, HTTPRequest::HTTP_1_1);
    authorize(m_profile, request);
    if (!body.empty()) {
        request.setContentType("application/json");
        request.setContentLength(std::streamsize(body.size()));
    }
    m_connection->session->sendRequest(request) << body;
    HTTPResponse response;
    std::string answer;
    Poco::StreamCopier::copyToString(m_connection->session->receiveResponse(response), answer);
    if (response.getStatus() >= 300)
        return mlflowError(response.getStatus(), answer, m_profile.url);
    return core::parseJson(answer, "the MLflow server's answer");
} catch (const Poco::Net::SSLException& e) {
    m_connection.reset();
    return core::Error{core::ErrorCode::Unavailable,
                       "the MLflow server's certificate was refused: " + e.displayText() +
                           "; name its authority's PEM file in MLFLOW_TRACKING_SERVER_CERT_PATH",
                       m_profile.url};
} catch (const Poco::Exception& e) {
    m_connection.reset();
    return core::Error{core::ErrorCode::Unavailable,
                       "the MLflow server does not answer: " + e.displayText(), m_profile.url};
}

}  // namespace hearth::app
