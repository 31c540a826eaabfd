// A request as handlers see it: checked, decoded, with its principal.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/api/http/body.h"
#include "app/api/http/headers.h"
#include "app/api/principal.h"

namespace hearth::app {

/// What is known before the body is read: enough to authenticate, to authorise and to
/// refuse by size.
struct RequestHead {
    std::string method;                             // upper case, as sent
    std::string path;                               // as sent, without the query; for logs
    std::vector<std::string> segments;              // the path's parts, percent-decoded, UTF-8
    std::multimap<std::string, std::string> query;  // percent-decoded, UTF-8
    Headers headers;                                // values as sent, never decoded
    std::string remoteAddress;                      // without the port
    std::string requestId;                          // also in the answer's x-request-id
    std::optional<std::uint64_t> contentLength;     // absent: no body, or a chunked one
    bool chunked = false;

    bool hasBody() const { return chunked || contentLength.value_or(0) > 0; }

    /// The first value of a query parameter.
    std::optional<std::string> queryValue(const std::string& name) const;
};

struct Request {
    RequestHead head;
    Principal principal;
    std::map<std::string, std::string, std::less<>> params;  // of the route: {file_id} -> "file-1"
    Body body;

    /// False once the client has closed its side: a handler that waits gives up then.
    std::function<bool()> clientConnected = [] { return true; };

    /// REQUIRES: the route's pattern has {name}.
    const std::string& param(std::string_view name) const;
    std::string_view text() const { return body.bytes(); }
};

}  // namespace hearth::app
