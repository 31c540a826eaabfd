#include "app/services/models/model_inspector.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/crypto/sha256.h"
#include "core/file.h"
#include "core/json.h"
#include "core/log.h"
#include "engine/models/adapter_files.h"
#include "engine/models/pack_report.h"
#include "engine/models/packed_model.h"
#include "engine/models/served_types.h"

namespace hearth::app {
namespace {

namespace fs = std::filesystem;
using storage::ModelContent;
using storage::ModelRow;
using storage::Scope;

/// Without the node's own marks.
std::vector<fs::directory_entry> filesOf(const fs::path& directory) {
    std::vector<fs::directory_entry> files;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(directory, ignored))
        if (entry.is_regular_file(ignored) && !entry.path().filename().string().starts_with('.'))
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
        if (file.name != engine::kAdapterConfig)
            continue;
        CORE_ASSIGN(const auto text, m_data.blobs().read(Scope::everything(), file.blobId));
        return engine::parseAdapterConfig(std::string(core::asText(text)));
    }
    return core::Error{core::ErrorCode::NotFound,
                       "the adapter has no " + std::string(engine::kAdapterConfig), row.id};
}

core::Result<std::string> ModelInspector::weightType(const ModelRow& row) {
    CORE_ASSIGN(const auto key, m_keys.hold(row));
    CORE_ASSIGN(const auto bytes, engine::servedTypes(directory(row)));
    const auto most = std::max_element(bytes.begin(), bytes.end(),
                                       [](auto& a, auto& b) { return a.second < b.second; });
    return most == bytes.end() ? std::string() : most->first;
}

core::Result<std::string> ModelInspector::packReportText(const ModelRow& row) {
    if (row.wrappedKey.empty())
        return core::readTextFile(directory(row) / engine::kPackReportName);
    CORE_ASSIGN(const auto key, m_keys.hold(row));
    CORE_ASSIGN(const auto file,
                engine::PackedFile::open(directory(row) / engine::kPackedFileName));
    engine::PackReport report = engine::reportOf(*file);
    report.not_measured = "it is not measured for private models";
    return engine::writePackReport(report);
}

nlohmann::json ModelInspector::packReport(const ModelRow& row) {
    const fs::path file = directory(row) / engine::kPackReportName;
    if (!row.path || (row.wrappedKey.empty() && !fs::exists(file)))
        return {};
    const auto text = packReportText(row);
    const auto report = text ? core::parseJson(*text, file.string()) : text.error();
    if (report)
        return *report;
    core::logWarn("a model's report of its packing cannot be read",
                  {{"model", row.id}, {"reason", report.error().text()}});
    return {};
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
