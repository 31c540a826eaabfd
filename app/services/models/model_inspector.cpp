#include "app/services/models/model_inspector.h"

#include <algorithm>
#include <map>

#include "core/crypto/sha256.h"
#include "core/file.h"
#include "engine/models/model_source.h"

namespace hearth::app {
namespace {

namespace fs = std::filesystem;
using storage::ModelContent;
using storage::ModelRow;
using storage::Scope;

constexpr const char* kAdapterConfig = "adapter_config.json";

std::vector<fs::directory_entry> filesOf(const fs::path& directory) {
    std::vector<fs::directory_entry> files;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(directory, ignored))
        if (entry.is_regular_file(ignored))
            files.push_back(entry);
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace

fs::path ModelInspector::directory(const ModelRow& row) const {
    return m_data.paths().root / row.path.value_or("");
}

core::Result<engine::ModelConfig> ModelInspector::config(const ModelRow& row) {
    if (!row.baseModelId)
        return engine::readModelConfig(directory(row));
    CORE_ASSIGN(const ModelRow base, m_rows.find(Scope::everything(), *row.baseModelId));
    return engine::readModelConfig(directory(base));
}

core::Result<engine::AdapterConfig> ModelInspector::adapterConfig(const ModelRow& row) {
    for (const auto& file : m_rows.files(Scope::everything(), row.id)) {
        if (file.name != kAdapterConfig)
            continue;
        CORE_ASSIGN(const auto text, m_data.blobs().read(Scope::everything(), file.blobId));
        return engine::parseAdapterConfig(std::string(core::asText(text)));
    }
    return core::Error{core::ErrorCode::NotFound,
                       "the adapter has no " + std::string(kAdapterConfig), row.id};
}

core::Result<std::string> ModelInspector::weightType(const ModelRow& row) {
    CORE_ASSIGN(const auto source, engine::openModelSource(directory(row)));
    std::map<std::string, size_t> bytes;
    for (const auto& name : source.stored->names()) {
        const auto* tensor = source.stored->find(name);
        bytes[engine::storedTypeName(*tensor)] += tensor->bytes.size();
    }
    const auto most = std::max_element(bytes.begin(), bytes.end(),
                                       [](auto& a, auto& b) { return a.second < b.second; });
    return most == bytes.end() ? std::string() : most->first;
}

int64_t ModelInspector::bytes(const ModelRow& row) {
    int64_t sum = 0;
    if (row.kind == storage::ModelKind::Adapter) {
        for (const auto& file : m_rows.files(Scope::everything(), row.id))
            sum += file.bytes;
        return sum;
    }
    std::error_code ignored;
    for (const auto& file : filesOf(directory(row)))
        sum += int64_t(file.file_size(ignored));
    return sum;
}

core::Result<std::vector<ModelContent>> ModelInspector::contents(const ModelRow& row) {
    std::lock_guard lock(m_hashing);
    auto recorded = m_rows.contents(Scope::everything(), row.id);
    if (!recorded.empty())
        return recorded;
    CORE_ASSIGN(auto fresh,
                row.kind == storage::ModelKind::Adapter ? hashBlobs(row) : hashDirectory(row));
    CORE_TRY(m_rows.setContents(row.id, fresh));
    return fresh;
}

core::Result<std::vector<ModelContent>> ModelInspector::hashDirectory(const ModelRow& row) {
    std::vector<ModelContent> contents;
    for (const auto& file : filesOf(directory(row))) {
        CORE_ASSIGN(const auto hash, core::sha256HexOfFile(file.path()));
        contents.push_back({file.path().filename().string(), int64_t(file.file_size()), hash});
    }
    return contents;
}

core::Result<std::vector<ModelContent>> ModelInspector::hashBlobs(const ModelRow& row) {
    std::vector<ModelContent> contents;
    for (const auto& file : m_rows.files(Scope::everything(), row.id)) {
        CORE_ASSIGN(const auto plain, m_data.blobs().read(Scope::everything(), file.blobId));
        contents.push_back({file.name, int64_t(plain.size()), core::sha256Hex(plain)});
    }
    return contents;
}

}  // namespace hearth::app
