#include "core/config.h"

#include <toml++/toml.h>

#include <array>
#include <optional>
#include <sstream>
#include <variant>

#include "core/file.h"

namespace hearth::core {
namespace {

using IntField = std::int64_t NodeConfig::*;
using TextField = std::string NodeConfig::*;

struct Entry {
    std::string_view section;
    std::string_view key;
    std::variant<IntField, TextField> field;
    std::int64_t min;  // of a number, or of a text's length
    std::int64_t max;
    std::string_view comment;
};

// The one place to add a setting. Entries of a section stand together.
const std::array<Entry, 24>& entries() {
    using C = NodeConfig;
    static const std::array<Entry, 24> table{{
        {"server", "address", &C::address, 1, 253, "IP address to listen on; 0.0.0.0 for all"},
        {"server", "port", &C::port, 0, 65535, "TCP port; 0 lets the system choose"},
        {"server", "certificate", &C::certificate, 1, 4096, "PEM certificate chain"},
        {"server", "private_key", &C::privateKey, 1, 4096, "PEM private key, mode 0600"},
        {"server", "max_connections", &C::maxConnections, 1, 65536, "Open connections"},
        {"server", "header_timeout_s", &C::headerTimeoutSeconds, 1, 600,
         "Seconds a client has to send all headers"},
        {"server", "body_timeout_s", &C::bodyTimeoutSeconds, 1, 86400,
         "Seconds a client has to send the body"},
        {"engine", "device", &C::device, 3, 8,
         "What computes answers: cpu, or cuda for the first GPU"},
        {"engine", "threads", &C::threads, 0, 1024, "Threads for inference; 0: one per processor"},
        {"engine", "kv_cache_mb", &C::kvCacheMb, 1, 1 << 24, "Memory for the KV cache in MiB"},
        {"engine", "kv_cache_type", &C::kvCacheType, 3, 8,
         "f32, bf16, or int8 (for MLA models; others then use bf16)"},
        {"engine", "prompt_keys_mb", &C::promptKeysMb, 0, 1 << 24,
         "Memory in MiB for keys of long prompts while they enter, with kv_cache_type int8"},
        {"engine", "max_batch", &C::maxBatch, 1, 4096, "Requests that share a step"},
        {"engine", "max_waiting", &C::maxWaiting, 1, 1 << 20, "Requests that may wait for a place"},
        {"engine", "max_step_ms", &C::maxStepMs, 0, 600000,
         "Longest stall of running answers while prompts enter, in ms; 0: no limit"},
        {"jobs", "threads", &C::jobThreads, 0, 1024, "Threads of a job; 0: one per processor"},
        {"jobs", "max_running", &C::maxRunningJobs, 1, 64, "Fine-tuning jobs at a time"},
        {"jobs", "first_token_ms", &C::firstTokenMs, 0, 600000,
         "Training waits while answers begin later than this, in ms; 0: it does not"},
        {"jobs", "answer_token_ms", &C::answerTokenMs, 0, 600000,
         "Training waits while a token of an answer takes longer than this, in ms; 0: it does not"},
        {"limits", "max_request_kb", &C::maxRequestKb, 1, 1 << 20, "Size of a JSON request in KiB"},
        {"limits", "max_upload_mb", &C::maxUploadMb, 1, 1 << 20, "Size of an uploaded file in MiB"},
        {"limits", "requests_per_minute", &C::requestsPerMinute, 1, 1 << 30, "For each key"},
        {"limits", "session_hours", &C::sessionHours, 1, 720, "Life of a login"},
        {"log", "level", &C::logLevel, 1, 16, "debug, info, warn, error or off"},
    }};
    return table;
}

Error configError(std::string message, const std::filesystem::path& file,
                  const toml::source_region& where) {
    return {ErrorCode::InvalidArgument, std::move(message),
            file.string() + ", line " + std::to_string(where.begin.line)};
}

std::string fullName(std::string_view section, std::string_view key) {
    return std::string(section) + "." + std::string(key);
}

const Entry* findEntry(std::string_view section, std::string_view key) {
    for (const Entry& entry : entries()) {
        if (entry.section == section && entry.key == key)
            return &entry;
    }
    return nullptr;
}

// What is wrong with `node` as the value of `entry`; nothing when it was stored.
std::optional<std::string> store(NodeConfig& config, const Entry& entry, const toml::node& node) {
    const std::string range = std::to_string(entry.min) + " to " + std::to_string(entry.max);
    if (const auto* field = std::get_if<IntField>(&entry.field)) {
        const auto value = node.value_exact<std::int64_t>();
        if (!value || *value < entry.min || *value > entry.max)
            return "must be an integer from " + range;
        config.*(*field) = *value;
        return std::nullopt;
    }
    const auto value = node.value_exact<std::string>();
    const auto length = value ? static_cast<std::int64_t>(value->size()) : -1;
    if (length < entry.min || length > entry.max)
        return "must be a string of " + range + " bytes";
    config.*std::get<TextField>(entry.field) = *value;
    return std::nullopt;
}

Status readSection(NodeConfig& config, std::string_view section, const toml::table& table,
                   const std::filesystem::path& file) {
    for (const auto& [key, node] : table) {
        const std::string name = fullName(section, key.str());
        const Entry* entry = findEntry(section, key.str());
        if (!entry)
            return configError("unknown setting " + name, file, node.source());
        if (const auto problem = store(config, *entry, node))
            return configError(name + " " + *problem, file, node.source());
        if (name == "log.level") {
            if (const auto level = parseLogLevel(config.logLevel); !level)
                return configError(level.error().message, file, node.source());
        }
    }
    return {};
}

bool isKnownSection(std::string_view name) {
    return std::any_of(entries().begin(), entries().end(),
                       [&](const Entry& entry) { return entry.section == name; });
}

std::string quoteToml(const std::string& text) {
    std::ostringstream out;
    out << toml::value<std::string>(text);
    return out.str();
}

}  // namespace

std::filesystem::path NodeConfig::resolve(const std::string& path) const {
    return dataDirectory / path;  // operator/ keeps an absolute right side
}

Result<NodeConfig> parseConfig(const std::string& text, const std::filesystem::path& file) {
    NodeConfig config;
    config.dataDirectory = file.parent_path();
    try {
        const toml::table root = toml::parse(text, file.string());
        for (const auto& [section, node] : root) {
            if (!node.is_table() || !isKnownSection(section.str()))
                return configError("unknown section or setting " + std::string(section.str()), file,
                                   node.source());
            CORE_TRY(readSection(config, section.str(), *node.as_table(), file));
        }
    } catch (const toml::parse_error& error) {
        return configError("not valid TOML: " + std::string(error.description()), file,
                           error.source());
    }
    return config;
}

Result<NodeConfig> loadConfig(const std::filesystem::path& file) {
    CORE_ASSIGN(const std::string text, readTextFile(file, 1 << 20));
    return parseConfig(text, file);
}

std::string formatConfig(const NodeConfig& config) {
    std::string text = "# Settings of a Hearth node. A key left out keeps the value shown here.\n";
    std::string_view section;
    for (const Entry& entry : entries()) {
        if (entry.section != section)
            text += "\n[" + std::string(entry.section) + "]\n";
        section = entry.section;
        text += "# " + std::string(entry.comment) + "\n" + std::string(entry.key) + " = ";
        if (const auto* field = std::get_if<IntField>(&entry.field))
            text += std::to_string(config.*(*field));
        else
            text += quoteToml(config.*std::get<TextField>(entry.field));
        text += "\n";
    }
    return text;
}

}  // namespace hearth::core
