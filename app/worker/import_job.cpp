#include "app/worker/import_job.h"

#include <nlohmann/json.hpp>

#include "core/error_code.h"
#include "core/json.h"

namespace hearth::app {
namespace {

using nlohmann::json;

constexpr size_t kMaxPath = 4096;
constexpr size_t kMaxText = 1 << 20;
// Often enough for a progress bar, rarely enough for the socket.
constexpr std::chrono::milliseconds kReportEvery{100};

json errorLine(const core::Error& error) {
    return {{"error",
             {{"code", core::errorCodeName(error.code)},
              {"message", error.message},
              {"context", error.context}}}};
}

json filesLine(const std::vector<storage::ModelContent>& files) {
    json list = json::array();
    for (const auto& file : files)
        list.push_back({{"name", file.name}, {"bytes", file.bytes}, {"sha256", file.sha256}});
    return {{"files", std::move(list)}};
}

core::Status parseError(const json& object, core::Error& error) {
    CORE_ASSIGN(const std::string code, core::readString(object, "code", kMaxPath));
    error.code = core::errorCodeOf(code);
    CORE_ASSIGN(error.message, core::readString(object, "message", kMaxText));
    CORE_ASSIGN(error.context, core::readString(object, "context", kMaxText));
    return {};
}

core::Result<std::vector<storage::ModelContent>> parseFiles(const json& list) {
    std::vector<storage::ModelContent> files;
    for (const json& object : list) {
        storage::ModelContent file;
        CORE_ASSIGN(file.name, core::readString(object, "name", kMaxPath));
        CORE_ASSIGN(file.bytes, core::readInt(object, "bytes", 0, INT64_MAX));
        CORE_ASSIGN(file.sha256, core::readString(object, "sha256", kMaxPath));
        files.push_back(std::move(file));
    }
    return files;
}

/// A stage's first and last word always pass, what lies between now and then.
class Reporter {
public:
    Reporter(const std::function<void(const std::string&)>& send, const std::atomic<bool>& cancel)
        : m_send(send), m_cancel(cancel) {}

    bool operator()(const char* stage, uint64_t done, uint64_t total) {
        const auto now = std::chrono::steady_clock::now();
        if (now - m_last >= kReportEvery || stage != m_stage || done == total) {
            m_last = now;
            m_stage = stage;
            m_send(json{{"stage", stage}, {"done", done}, {"total", total}}.dump());
        }
        return !m_cancel;
    }

private:
    const std::function<void(const std::string&)>& m_send;
    const std::atomic<bool>& m_cancel;
    std::chrono::steady_clock::time_point m_last{};
    std::string m_stage;
};

}  // namespace

std::string writeImportStartLine(const ImportJob& job) {
    return core::dumpJson(
        {{"import", importRequestJson(job.request)}, {"directory", job.directory.string()}});
}

core::Result<ImportJob> parseImportJob(const json& object) {
    ImportJob job;
    CORE_ASSIGN(job.request, parseImportRequest(object.at("import")));
    CORE_ASSIGN(job.directory, core::readString(object, "directory", kMaxPath));
    return job;
}

core::Result<ImportEvent> parseImportEvent(const std::string& line) {
    CORE_ASSIGN(const json object, core::parseJson(line, "a worker's line"));
    ImportEvent event;
    if (const json* error = core::findField(object, "error")) {
        CORE_TRY(parseError(*error, event.error.emplace()));
        return event;
    }
    if (const json* files = core::findField(object, "files")) {
        CORE_ASSIGN(event.files, parseFiles(*files));
        return event;
    }
    CORE_ASSIGN(event.stage, core::readString(object, "stage", kMaxPath));
    CORE_ASSIGN(event.done, core::readInt(object, "done", 0, INT64_MAX));
    CORE_ASSIGN(event.total, core::readInt(object, "total", 0, INT64_MAX));
    return event;
}

core::Status runImportWork(const ImportWork& work,
                           const std::function<void(const std::string&)>& send,
                           const std::atomic<bool>& cancel) {
    Reporter report(send, cancel);
    const auto files = [&]() -> core::Result<std::vector<storage::ModelContent>> {
        try {
            return work(std::ref(report));
        } catch (const core::Exception& e) {
            return e.error();
        } catch (const std::exception& e) {
            return core::Error{core::ErrorCode::Internal, e.what(), "hearth-worker"};
        }
    }();
    send(core::dumpJson(files ? filesLine(*files) : errorLine(files.error())));
    return files ? core::Status() : files.error();
}

}  // namespace hearth::app
