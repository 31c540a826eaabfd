// What a node is told in config.toml. The keys, ranges and comments are one table in config.cpp.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>

#include "core/log.h"
#include "core/result.h"

namespace hearth::core {

struct NodeConfig {
    // [server]
    std::string address = "127.0.0.1";
    std::int64_t port = 8443;  // 0: the system chooses
    std::string certificate = "tls/server.pem";
    std::string privateKey = "tls/server.key";
    std::int64_t maxConnections = 256;
    std::int64_t headerTimeoutSeconds = 10;
    std::int64_t bodyTimeoutSeconds = 60;

    // [engine]
    std::string device = "cpu";  // or cuda
    std::int64_t threads = 0;    // 0: one per processor
    std::int64_t kvCacheMb = 256;
    std::int64_t promptKeysMb = 1536;
    std::string kvCacheType = "bf16";  // f32, bf16 or int8
    std::int64_t maxBatch = 32;
    std::int64_t maxWaiting = 256;
    std::int64_t maxStepMs = 400;

    // [jobs]
    std::int64_t jobThreads = 0;  // 0: one per processor
    std::int64_t maxRunningJobs = 1;
    std::int64_t firstTokenMs = 0;  // training waits while answers begin later than this; 0: never
    std::int64_t answerTokenMs = 500;  // or while a token of an answer takes longer

    // [limits]
    std::int64_t maxRequestKb = 8192;
    std::int64_t maxUploadMb = 512;
    std::int64_t requestsPerMinute = 6000;
    std::int64_t sessionHours = 12;

    // [log]
    std::string logLevel = "info";

    /// The folder that holds config.toml; relative paths above are beneath it. Not in the file.
    std::filesystem::path dataDirectory;

    /// `path` itself when absolute, otherwise beneath the data directory.
    std::filesystem::path resolve(const std::string& path) const;
};

/// Reads and checks a file. A key that is absent keeps its default.
/// Errors: InvalidArgument naming file and line: syntax, an unknown key, a wrong type or range.
Result<NodeConfig> loadConfig(const std::filesystem::path& file);
Result<NodeConfig> parseConfig(const std::string& text, const std::filesystem::path& file);

/// The file with every key at the value `config` has, each with a comment.
std::string formatConfig(const NodeConfig& config);

}  // namespace hearth::core
