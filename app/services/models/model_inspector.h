// What the files of a model say of it, whether it is loaded or not.
#pragma once
#include <filesystem>
#include <functional>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

#include "app/services/models/model_keys.h"
#include "core/result.h"
#include "engine/models/adapter_config.h"
#include "engine/models/model_config.h"
#include "storage/data_directory.h"
#include "storage/model_repository.h"

namespace hearth::app {

/// A private model's weights, as whoever exports it gets them.
inline constexpr const char* kExportedWeights = "model.safetensors";

using ByteTaker = std::function<bool(std::span<const std::byte>)>;  // false: no more
/// Gives a file's bytes in plain, piece by piece. Errors: Cancelled; DataCorrupt.
using PlainFile = std::function<core::Status(const ByteTaker& take)>;

/// Threading: every method may be called from any thread.
class ModelInspector {
public:
    explicit ModelInspector(storage::DataDirectory& data)
        : m_data(data), m_rows(data.control()), m_keys(data) {}

    /// Of a base model, or of the base of an adapter. Errors: those of engine::readModelConfig.
    core::Result<engine::ModelConfig> config(const storage::ModelRow& row);
    /// REQUIRES: row is an adapter. Errors: those of engine::parseAdapterConfig and of its blob.
    core::Result<engine::AdapterConfig> adapterConfig(const storage::ModelRow& row);
    /// The type of most of the weights that are served ("BF16", "Q4_1"), by headers alone.
    /// Errors: those of engine::servedTypes.
    core::Result<std::string> weightType(const storage::ModelRow& row);
    /// How a packed model was made, in JSON as engine::writePackReport writes it; null for one that
    /// is not packed. Of a private model it is read off the weights each time: how far they are
    /// from what they were made of is not kept in plain.
    nlohmann::json packReport(const storage::ModelRow& row);

    /// Of all files; 0 when they cannot be read.
    int64_t bytes(const storage::ModelRow& row);
    /// Sizes and hashes as they were recorded. For a model that has none, this reads all of it
    /// once and records them.
    core::Result<std::vector<storage::ModelContent>> contents(const storage::ModelRow& row);

    /// A file of an adapter or of a private model, decrypted as it is given; it may outlive this
    /// object's key, not the object. Errors: NotFound; Conflict for a model that is not private;
    /// those of its sealed files.
    core::Result<PlainFile> openFile(const storage::ModelRow& row, const std::string& name);

private:
    core::Result<PlainFile> openBlob(const storage::ModelRow& row, const std::string& name);
    core::Result<PlainFile> openWeights(const storage::ModelRow& row);
    std::filesystem::path directory(const storage::ModelRow& row) const;
    core::Result<std::string> packReportText(const storage::ModelRow& row);
    core::Result<std::vector<storage::ModelContent>> hashDirectory(const storage::ModelRow& row);
    core::Result<std::vector<storage::ModelContent>> hashBlobs(const storage::ModelRow& row);

    storage::DataDirectory& m_data;
    storage::ModelRepository m_rows;
    ModelKeys m_keys;
    std::mutex m_hashing;  // one model at a time: two requests shall not read it twice
};

}  // namespace hearth::app
