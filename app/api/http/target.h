// The request target: path segments and query, percent-decoded and checked.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace hearth::app {

struct Target {
    std::string path;                   // as sent, without the query
    std::vector<std::string> segments;  // decoded one by one, so that %2F stays inside its segment
    std::multimap<std::string, std::string> query;
};

/// Origin form only ("/a/b?x=1"). InvalidArgument for a broken escape, for "." and ".."
/// segments (escaped or not), control characters and what is not UTF-8.
core::Result<Target> parseTarget(std::string_view target);

}  // namespace hearth::app
