// JSON from outside: bounded depth, no duplicate keys, errors that say where.
#pragma once
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"

namespace hearth::core {

/// Parses `text`; `what` names it in the error ("the request body", a file name).
/// Errors: InvalidArgument with line and column: a syntax error, a depth over `maxDepth`, a key
/// that occurs twice in one object, a number that no double can hold (1e309), trailing text.
Result<nlohmann::json> parseJson(std::string_view text, const std::string& what, int maxDepth = 64);

// Typed readers of one field of an object. An absent or null field gives `fallback`, or, where
// there is none, an error. Errors: InvalidArgument; the message names the field and what it may
// be, the context is the field's name.

Result<std::int64_t> readInt(const nlohmann::json& object, const std::string& field,
                             std::int64_t min, std::int64_t max,
                             std::optional<std::int64_t> fallback = {});
Result<double> readNumber(const nlohmann::json& object, const std::string& field, double min,
                          double max, std::optional<double> fallback = {});
Result<bool> readBool(const nlohmann::json& object, const std::string& field,
                      std::optional<bool> fallback = {});
Result<std::string> readString(const nlohmann::json& object, const std::string& field,
                               std::size_t maxBytes, std::optional<std::string> fallback = {});

/// The field, or nullptr where it is absent or null.
const nlohmann::json* findField(const nlohmann::json& object, const std::string& field);

/// InvalidArgument naming the first key of `object` that is not in `known`.
Status rejectUnknownFields(const nlohmann::json& object,
                           std::initializer_list<std::string_view> known);

/// Compact text; bytes that are not UTF-8 become U+FFFD instead of an exception.
std::string dumpJson(const nlohmann::json& value);

}  // namespace hearth::core
