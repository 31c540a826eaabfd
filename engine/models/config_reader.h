// Reads the fields of a checkpoint's config.json with a range for each.
#pragma once
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"

namespace hearth::engine {

/// Parses a JSON object nested at most 16 deep. file: its name in errors (DataCorrupt).
core::Result<nlohmann::json> parseConfigObject(const std::string& text, const std::string& file);

/// Remembers the first field that is missing, of the wrong type or out of range; reads after
/// that return the lower bound. Check status() before using what was read. A field that is
/// null counts as absent.
class ConfigReader {
public:
    /// prefix: put before field names in messages ("rope_scaling."), after the file's name.
    explicit ConfigReader(const nlohmann::json& object, std::string prefix = "",
                          std::string file = "config.json");

    bool has(const char* field) const;
    int64_t integer(const char* field, int64_t min, int64_t max);
    int64_t integer(const char* field, int64_t min, int64_t max, int64_t absent);
    double number(const char* field, double min, double max);
    double number(const char* field, double min, double max, double absent);
    bool flag(const char* field, bool absent);
    std::string text(const char* field, const std::string& absent);
    /// One integer or a list of them.
    std::vector<int32_t> tokenIds(const char* field);

    /// Refuses a value that Hearth has no code for.
    void requireText(const char* field, const std::string& only);
    /// Records a problem with a field.
    void fail(const char* field, const std::string& what,
              core::ErrorCode code = core::ErrorCode::InvalidArgument);
    core::Status status() const;

private:
    const nlohmann::json* find(const char* field) const;

    const nlohmann::json& m_object;
    std::string m_prefix;
    std::string m_file;
    std::optional<core::Error> m_problem;
};

}  // namespace hearth::engine
