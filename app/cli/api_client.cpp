#include "app/cli/api_client.h"

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/FilePartSource.h>
#include <Poco/Net/HTMLForm.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SSLException.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>

#include <istream>
#include <nlohmann/json.hpp>
#include <ostream>
#include <span>
#include <vector>

#include "core/api/api_error.h"
#include "core/file.h"
#include "core/json.h"

namespace hearth::app {
namespace {

using nlohmann::json;
using Poco::Net::HTTPRequest;
using Poco::Net::HTTPResponse;

constexpr int kTimeoutSeconds = 120;

core::ErrorCode codeOfStatus(int status) {
    switch (status) {
        case 400:
        case 411:
        case 422:
            return core::ErrorCode::InvalidArgument;
        case 401:
            return core::ErrorCode::Unauthenticated;
        case 403:
            return core::ErrorCode::PermissionDenied;
        case 404:
            return core::ErrorCode::NotFound;
        case 409:
            return core::ErrorCode::Conflict;
        case 413:
            return core::ErrorCode::PayloadTooLarge;
        case 429:
            return core::ErrorCode::ResourceExhausted;
        case 503:
            return core::ErrorCode::Unavailable;
        case 507:
            return core::ErrorCode::DiskFull;
        default:
            return core::ErrorCode::Internal;
    }
}

core::Error errorOfAnswer(int status, const std::string& body) {
    auto parsed = core::parseApiError(body);
    if (!parsed)
        return {codeOfStatus(status), "the node answered with status " + std::to_string(status),
                ""};
    return {codeOfStatus(status), parsed->message, parsed->param, parsed->problems};
}

core::Result<std::string> readAnswer(const HTTPResponse& response, std::istream& in) {
    std::string body;
    Poco::StreamCopier::copyToString(in, body);
    if (response.getStatus() >= 400)
        return errorOfAnswer(response.getStatus(), body);
    return body;
}

core::Result<json> parseBody(const std::string& body) {
    return body.empty() ? json::object() : core::parseJson(body, "the node's answer");
}

core::Result<json> parseAnswer(const HTTPResponse& response, std::istream& in) {
    CORE_ASSIGN(const std::string body, readAnswer(response, in));
    return parseBody(body);
}

}  // namespace

/// The session and the path prefix of the node's URL.
struct ApiClient::Connection {
    std::unique_ptr<Poco::Net::HTTPSClientSession> session;

    static core::Result<std::unique_ptr<Connection>> open(const ClientProfile& profile) {
        const Poco::URI uri(profile.url);
        if (uri.getScheme() != "https")
            return core::Error{core::ErrorCode::InvalidArgument,
                               "the node's URL must begin with https://", profile.url};
        Poco::Net::Context::Params params;
        params.caLocation = profile.caFile;
        params.loadDefaultCAs = profile.caFile.empty();
        params.verificationMode = Poco::Net::Context::VERIFY_STRICT;
        Poco::Net::Context::Ptr context(
            new Poco::Net::Context(Poco::Net::Context::TLS_CLIENT_USE, params));
        context->requireMinimumProtocol(Poco::Net::Context::PROTO_TLSV1_2);
        auto connection = std::make_unique<Connection>();
        connection->session =
            std::make_unique<Poco::Net::HTTPSClientSession>(uri.getHost(), uri.getPort(), context);
        connection->session->setKeepAlive(true);
        connection->session->setTimeout(Poco::Timespan(kTimeoutSeconds, 0));
        return connection;
    }
};

namespace {

HTTPRequest makeRequest(const ClientProfile& profile, const std::string& method,
                        const std::string& path) {
    HTTPRequest request(method, path, HTTPRequest::HTTP_1_1);
    request.set("Authorization", "Bearer " + profile.apiKey);
    request.set("Accept", "application/json");
    return request;
}

core::Error refusedConnection(const ClientProfile& profile) {
    return {core::ErrorCode::Unavailable,
            "cannot reach the node at " + profile.url +
                ": connection refused; start it with `hearthd --data DIR`",
            ""};
}

core::Error unreachable(const ClientProfile& profile, const Poco::Exception& e) {
    return {core::ErrorCode::Unavailable,
            "the node at " + profile.url + " does not answer: " + e.displayText() +
                "; is hearthd running there?",
            ""};
}

/// Runs `work`, which uses the connection; a kept connection that the node has closed
/// meanwhile is opened anew by Poco.
template <typename Connection, typename Work>
auto withConnection(const ClientProfile& profile, std::unique_ptr<Connection>& connection,
                    Work work) -> decltype(work(*connection->session)) {
    try {
        if (!connection) {
            CORE_ASSIGN(connection, Connection::open(profile));
        }
        return work(*connection->session);
    } catch (const Poco::Net::SSLException& e) {
        connection.reset();
        return core::Error{core::ErrorCode::Unavailable,
                           "the node's certificate was refused: " + e.displayText() +
                               "; give its CA file in HEARTH_CA_FILE",
                           profile.url};
    } catch (const Poco::Net::ConnectionRefusedException&) {
        connection.reset();
        return refusedConnection(profile);
    } catch (const Poco::FileException& e) {  // one that was to be sent
        connection.reset();
        return core::Error{core::ErrorCode::InvalidArgument,
                           "cannot read the file: " + e.displayText(), ""};
    } catch (const Poco::Exception& e) {
        connection.reset();
        return unreachable(profile, e);
    }
}

void sendJson(Poco::Net::HTTPSClientSession& session, HTTPRequest& request, const json& body) {
    const std::string text = core::dumpJson(body);
    request.setContentType("application/json");
    request.setContentLength(std::streamsize(text.size()));
    session.sendRequest(request) << text;
}

}  // namespace

ApiClient::ApiClient(ClientProfile profile) : m_profile(std::move(profile)) {}
ApiClient::~ApiClient() = default;

core::Result<json> ApiClient::get(const std::string& path) {
    CORE_ASSIGN(const std::string body, download(path));
    return parseBody(body);
}

core::Result<std::string> ApiClient::download(const std::string& path) {
    return withConnection(m_profile, m_connection, [&](auto& session) -> core::Result<std::string> {
        HTTPRequest request = makeRequest(m_profile, HTTPRequest::HTTP_GET, path);
        session.sendRequest(request);
        HTTPResponse response;
        return readAnswer(response, session.receiveResponse(response));
    });
}

core::Status ApiClient::downloadTo(const std::string& path, const std::filesystem::path& file) {
    return withConnection(m_profile, m_connection, [&](auto& session) -> core::Status {
        HTTPRequest request = makeRequest(m_profile, HTTPRequest::HTTP_GET, path);
        session.sendRequest(request);
        HTTPResponse response;
        std::istream& body = session.receiveResponse(response);
        if (response.getStatus() != HTTPResponse::HTTP_OK) {
            const auto refused = readAnswer(response, body);
            return refused ? errorOfAnswer(response.getStatus(), *refused) : refused.error();
        }
        CORE_ASSIGN(core::AtomicFile target, core::AtomicFile::create(file));
        std::vector<char> piece(1 << 20);
        while (body.read(piece.data(), std::streamsize(piece.size())), body.gcount() > 0)
            CORE_TRY(target.write(std::as_bytes(std::span(piece.data(), size_t(body.gcount())))));
        if (body.bad() || session.networkException())
            return core::Error{core::ErrorCode::Unavailable, "the node broke off its answer", path};
        return target.commit();
    });
}

core::Result<json> ApiClient::post(const std::string& path, const json& body) {
    return withConnection(m_profile, m_connection, [&](auto& session) -> core::Result<json> {
        HTTPRequest request = makeRequest(m_profile, HTTPRequest::HTTP_POST, path);
        sendJson(session, request, body);
        HTTPResponse response;
        return parseAnswer(response, session.receiveResponse(response));
    });
}

core::Result<json> ApiClient::remove(const std::string& path) {
    return withConnection(m_profile, m_connection, [&](auto& session) -> core::Result<json> {
        HTTPRequest request = makeRequest(m_profile, HTTPRequest::HTTP_DELETE, path);
        session.sendRequest(request);
        HTTPResponse response;
        return parseAnswer(response, session.receiveResponse(response));
    });
}

core::Result<json> ApiClient::upload(const std::string& path, const std::string& purpose,
                                     const std::filesystem::path& file) {
    return postFiles(path, {{"file", file}}, {{"purpose", purpose}});
}

core::Result<json> ApiClient::postFiles(const std::string& path,
                                        const std::map<std::string, std::filesystem::path>& files,
                                        const std::map<std::string, std::string>& fields) {
    return withConnection(m_profile, m_connection, [&](auto& session) -> core::Result<json> {
        HTTPRequest request = makeRequest(m_profile, HTTPRequest::HTTP_POST, path);
        Poco::Net::HTMLForm form(Poco::Net::HTMLForm::ENCODING_MULTIPART);
        for (const auto& [name, value] : fields)
            form.set(name, value);
        for (const auto& [name, file] : files)
            form.addPart(name,
                         new Poco::Net::FilePartSource(file.string(), file.filename().string(),
                                                       "application/octet-stream"));
        form.prepareSubmit(request);
        // Outside of what follows: a node that cannot be reached has no answer to be read.
        std::ostream& out = session.sendRequest(request);
        try {
            form.write(out);
        } catch (const Poco::IOException&) {
            // A node that refuses the upload closes before it has read everything; its answer
            // says why.
        }
        HTTPResponse response;
        return parseAnswer(response, session.receiveResponse(response));
    });
}

core::Status ApiClient::stream(const std::string& path, const json& body,
                               const std::function<bool(const json&)>& event) {
    return withConnection(m_profile, m_connection, [&](auto& session) -> core::Status {
        HTTPRequest request = makeRequest(m_profile, HTTPRequest::HTTP_POST, path);
        sendJson(session, request, body);
        HTTPResponse response;
        std::istream& in = session.receiveResponse(response);
        if (response.getStatus() >= 400)
            return parseAnswer(response, in).error();
        constexpr std::string_view kData = "data: ";
        for (std::string line; std::getline(in, line);) {
            if (!line.empty() && line.back() == '\r')
                line.pop_back();
            if (!line.starts_with(kData) || line == "data: [DONE]")
                continue;
            CORE_ASSIGN(const json data, core::parseJson(line.substr(kData.size()), "an event"));
            if (data.contains("error"))
                return errorOfAnswer(500, line.substr(kData.size()));
            if (!event(data)) {
                m_connection.reset();  // the rest of the answer is not read
                return {};
            }
        }
        return {};
    });
}

}  // namespace hearth::app
