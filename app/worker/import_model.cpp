#include "app/worker/import_model.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <map>

#include "app/services/models/model_copy.h"
#include "core/crypto/sha256.h"
#include "core/file.h"
#include "engine/cpu/cpu_backend.h"
#include "engine/models/pack_model.h"
#include "engine/models/source_check.h"
#include "engine/models/source_reference.h"

namespace hearth::app {
namespace {

namespace fs = std::filesystem;
using storage::ModelContent;

const char* stageName(engine::PackStage stage) {
    switch (stage) {
        case engine::PackStage::Verifying:
            return "verifying";
        case engine::PackStage::Packing:
            return "packing";
        case engine::PackStage::Measuring:
            break;
    }
    return "measuring";
}

class Importer {
public:
    Importer(const ImportJob& job, const ImportReport& report)
        : m_request(job.request), m_directory(job.directory), m_report(report) {}

    core::Result<std::vector<ModelContent>> run() {
        CORE_TRY(core::createDirectories(m_directory));
        CORE_ASSIGN(const auto lock, waitForOthers());
        if (engine::isPackedDirectory(m_request.source)) {
            CORE_TRY(copyPacked());
        } else {
            CORE_TRY(pack());
        }
        return contents();
    }

private:
    /// The worker of a node that was killed may still be at it for a moment.
    core::Result<core::UniqueFd> waitForOthers() const {
        const fs::path file = m_directory.parent_path() / "lock";
        CORE_ASSIGN(core::UniqueFd lock, core::openFile(file, O_RDWR | O_CREAT));
        while (::flock(lock.get(), LOCK_EX) != 0)
            if (errno != EINTR)
                return core::errnoError(errno, "lock", file);
        return lock;
    }

    core::Status copyPacked() {
        const fs::path file = m_request.source / engine::kPackedFileName;
        CORE_ASSIGN(const auto packed, engine::PackedFile::open(file));
        const std::string& recipe = packed->header().recipe;
        const bool other = !m_request.precision.empty() && m_request.precision != recipe;
        if (other || m_request.sizeBudget || m_request.klBudget)
            return core::Error{core::ErrorCode::InvalidArgument,
                               "the model is packed in precision " + recipe +
                                   " already; to have another, import its checkpoint",
                               "precision"};
        CORE_TRY(engine::verifyPacked(file, sink()));
        return copy({});
    }

    core::Status pack() {
        const fs::path& source = m_request.source;
        if (!engine::isGgufFile(source)) {
            CORE_TRY(engine::readModelConfig(source));
        }
        CORE_ASSIGN(const auto verified, engine::verifySource(source, sink()));
        CORE_TRY(copy(verified));
        engine::PackRequest request{.source = m_request.keepSource ? m_directory : source,
                                    .directory = m_directory,
                                    .precision = m_request.precisionName(),
                                    .size_budget = {},
                                    .kl_budget = m_request.klBudget,
                                    .verified = verified};
        if (m_request.sizeBudget)
            request.size_budget = uint64_t(*m_request.sizeBudget);
        const auto backend = engine::createCpuBackend();
        CORE_TRY(engine::packModel(*backend, request, sink()));
        return m_request.keepSource ? core::Status()
                                    : engine::writeSourceReference(m_directory, source, verified);
    }

    core::Status copy(const std::vector<engine::PackedSourceFile>& verified) {
        CORE_ASSIGN(auto files, listModelFiles(m_request.source));
        if (!m_request.keepSource)
            std::erase_if(files, [](const SourceFile& file) { return file.source; });
        uint64_t total = 0;
        for (SourceFile& file : files) {
            total += uint64_t(file.bytes);
            for (const auto& known : verified)
                if (known.name == file.path.filename())
                    file.sha256 = known.sha256;
        }
        uint64_t done = 0;
        CORE_ASSIGN(const auto copied, copyModelFiles(files, m_directory, [&](int64_t bytes) {
                        return m_report("copying", done += uint64_t(bytes), total);
                    }));
        for (const ModelContent& content : copied)
            m_hashes[content.name] = content.sha256;
        return {};
    }

    core::Result<std::vector<ModelContent>> contents() {
        m_report("checking", 0, 0);
        std::vector<ModelContent> contents;
        for (const auto& entry : fs::directory_iterator(m_directory)) {
            if (entry.path().filename().string().starts_with('.'))
                continue;  // the node's own mark
            ModelContent content{.name = entry.path().filename().string(),
                                 .bytes = int64_t(entry.file_size())};
            content.sha256 = m_hashes[content.name];
            if (content.sha256.empty()) {
                CORE_ASSIGN(content.sha256, core::sha256HexOfFile(entry.path()));
            }
            contents.push_back(std::move(content));
        }
        return contents;
    }

    engine::PackSink sink() const {
        return [this](const engine::PackProgress& p) {
            return m_report(stageName(p.stage), p.done, p.total);
        };
    }

    const ImportRequest& m_request;
    const fs::path& m_directory;
    const ImportReport& m_report;
    std::map<std::string, std::string> m_hashes;  // of copied files, by name
};

}  // namespace

core::Result<std::vector<ModelContent>> importModel(const ImportJob& job,
                                                    const ImportReport& report) {
    return Importer(job, report).run();
}

}  // namespace hearth::app
