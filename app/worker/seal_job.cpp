#include "app/worker/seal_job.h"

#include <nlohmann/json.hpp>

#include "core/crypto/key_ring.h"
#include "core/crypto/sealed_file.h"
#include "core/crypto/sha256.h"
#include "core/file.h"
#include "core/json.h"
#include "engine/models/adapter_merge.h"
#include "engine/models/packed_model.h"
#include "engine/models/source_reference.h"

namespace hearth::app {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using storage::ModelContent;

constexpr size_t kMaxPath = 4096;
constexpr size_t kMaxConfig = 16 << 20;
constexpr size_t kMaxWord = 32;
constexpr size_t kReadBytes = 4 << 20;

class Sealer {
public:
    Sealer(const SealJob& job, const finetune::JobKeys& keys, const ImportReport& report)
        : m_job(job), m_keys(keys), m_report(report) {}

    core::Result<std::vector<ModelContent>> run() {
        CORE_TRY(core::createDirectories(m_job.directory));
        CORE_ASSIGN(const core::SecureBytes* key, m_keys.find(SealJob::kModelKey));
        const auto weightsKey = m_keys.find(SealJob::kWeightsKey);
        const auto opened = weightsKey ? core::KeyRing::instance().hold(m_job.weights, **weightsKey)
                                       : core::KeyRing::Held();
        CORE_TRY(writeTexts());
        CORE_TRY(pack(*key));
        CORE_TRY(addPacked(*key));
        return std::move(m_contents);
    }

private:
    core::Status writeTexts() {
        CORE_ASSIGN(m_source.texts, engine::modelTextFiles(m_job.weights));
        for (const auto& [name, text] : m_source.texts) {
            CORE_TRY(core::writeFileAtomic(m_job.directory / name, text, 0644));
            m_contents.push_back(
                {name, int64_t(text.size()), core::sha256Hex(core::asBytes(text))});
        }
        return {};
    }

    /// The checkpoint where there is one, which is finer than what was packed of it.
    core::Result<engine::ModelSource> open() const {
        const auto source = engine::findSource(m_job.weights);
        return engine::openModelSource(source ? *source : m_job.weights);
    }

    core::Result<std::string> precision() const {
        if (!m_job.precision.empty())
            return m_job.precision;
        std::string name = "exact";
        if (const fs::path packed = m_job.weights / engine::kPackedFileName; fs::exists(packed)) {
            CORE_ASSIGN(const auto file, engine::PackedFile::open(packed));
            name = file->header().recipe;
        }
        // A merged matrix is a sum in F32, which as such would be twice the base's size.
        return m_job.adapter && name == "exact" ? std::string("bf16") : name;
    }

    core::Status pack(const core::SecureBytes& key) {
        CORE_ASSIGN(engine::ModelSource base, open());
        m_source.model.config = base.config;
        if (m_job.adapter) {
            CORE_ASSIGN(m_source.model.weights, merged(base));
        } else {
            m_source.model.weights = std::move(base.weights);
        }
        CORE_ASSIGN(const std::string name, precision());
        CORE_ASSIGN(const auto recipe, engine::PackRecipe::find(name, base.config));
        const core::Status packed = engine::packWeights(
            m_source, recipe, m_job.directory / engine::kPackedFileName,
            [this](const engine::PackProgress& p) { return m_report("packing", p.done, p.total); },
            &key);
        m_source.model.weights = nullptr;  // refers to base
        return packed;
    }

    core::Result<std::unique_ptr<engine::WeightSource>> merged(const engine::ModelSource& base) {
        CORE_ASSIGN(const core::SecureBytes* key, m_keys.find(SealJob::kAdapterKey));
        CORE_ASSIGN(auto bytes, core::readSealed(m_job.adapter->weights, *key));
        CORE_ASSIGN(const auto adapter,
                    engine::parseSafetensors(std::move(bytes), "the adapter's weights"));
        return engine::mergeAdapter(base.config, *base.weights, m_job.adapter->config, *adapter);
    }

    core::Status addPacked(const core::SecureBytes& key) {
        m_report("checking", 0, 0);
        CORE_ASSIGN(auto reader,
                    core::SealedReader::open(m_job.directory / engine::kPackedFileName, key));
        core::Sha256 hash;
        std::vector<std::byte> buffer(kReadBytes);
        for (;;) {
            CORE_ASSIGN(const size_t count, reader.read(buffer));
            if (count == 0)
                break;
            hash.update(std::span(buffer).first(count));
        }
        m_contents.push_back({engine::kPackedFileName, int64_t(reader.size()), hash.finishHex()});
        return {};
    }

    const SealJob& m_job;
    const finetune::JobKeys& m_keys;
    const ImportReport& m_report;
    engine::PackSource m_source;
    std::vector<ModelContent> m_contents;
};

}  // namespace

std::string writeSealStartLine(const SealJob& job, const HexKeys& keys) {
    json seal = {{"weights", job.weights.string()},
                 {"directory", job.directory.string()},
                 {"precision", job.precision}};
    if (job.adapter)
        seal["adapter"] = {{"config", job.adapter->config},
                           {"weights", job.adapter->weights.string()}};
    json named = json::object();
    for (const auto& [name, hex] : keys)
        named[name] = hex;
    return core::dumpJson({{"seal", std::move(seal)}, {"keys", std::move(named)}});
}

core::Result<SealJob> parseSealJob(const json& object) {
    SealJob job;
    CORE_ASSIGN(job.weights, core::readString(object, "weights", kMaxPath));
    CORE_ASSIGN(job.directory, core::readString(object, "directory", kMaxPath));
    CORE_ASSIGN(job.precision, core::readString(object, "precision", kMaxWord, ""));
    if (const json* adapter = core::findField(object, "adapter")) {
        job.adapter.emplace();
        CORE_ASSIGN(job.adapter->config, core::readString(*adapter, "config", kMaxConfig));
        CORE_ASSIGN(job.adapter->weights, core::readString(*adapter, "weights", kMaxPath));
    }
    return job;
}

core::Result<std::vector<ModelContent>> sealModel(const SealJob& job, const finetune::JobKeys& keys,
                                                  const ImportReport& report) {
    return Sealer(job, keys, report).run();
}

}  // namespace hearth::app
