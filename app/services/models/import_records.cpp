#include "app/services/models/import_records.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/file.h"
#include "core/json.h"
#include "core/log.h"

namespace hearth::app {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kRecord = "import.json";
constexpr size_t kMaxId = 128;

core::Result<ImportRecord> read(const fs::path& folder) {
    CORE_ASSIGN(const std::string text, core::readTextFile(folder / kRecord));
    CORE_ASSIGN(const json object, core::parseJson(text, kRecord));
    ImportRecord record{.id = folder.filename().string(), .request = {}, .owner = {}};
    const json* request = core::findField(object, "request");
    CORE_ASSIGN(record.request, parseImportRequest(request ? *request : json::object()));
    CORE_ASSIGN(record.owner.userId, core::readString(object, "user", kMaxId));
    CORE_ASSIGN(record.owner.departmentId, core::readString(object, "department", kMaxId));
    CORE_ASSIGN(record.createdAt, core::readInt(object, "created_at", 0, INT64_MAX));
    CORE_ASSIGN(record.begun, core::readInt(object, "begun", 0, INT64_MAX));
    return record;
}

}  // namespace

core::Status ImportRecords::save(const ImportRecord& record) const {
    const json object = {{"request", importRequestJson(record.request)},
                         {"user", record.owner.userId},
                         {"department", record.owner.departmentId},
                         {"created_at", record.createdAt},
                         {"begun", record.begun}};
    CORE_TRY(core::createDirectories(m_root / record.id));
    return core::writeFileAtomic(m_root / record.id / kRecord, core::dumpJson(object));
}

void ImportRecords::remove(const std::string& id) const {
    std::error_code ignored;
    // The record first: what is left when this is interrupted is no import any more.
    fs::remove(m_root / id / kRecord, ignored);
    fs::remove_all(m_root / id, ignored);
}

std::vector<ImportRecord> ImportRecords::load() const {
    std::vector<ImportRecord> records;
    std::vector<std::string> broken;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(m_root, ignored)) {
        if (auto record = read(entry.path()))
            records.push_back(std::move(*record));
        else
            broken.push_back(entry.path().filename().string());
    }
    for (const auto& id : broken) {
        core::logWarn("removing what an import left", {{"import", id}});
        remove(id);
    }
    std::ranges::sort(records, {}, [](const auto& r) { return std::pair(r.createdAt, r.id); });
    return records;
}

}  // namespace hearth::app
