#include "engine/models/pack_model.h"

#include <algorithm>
#include <array>

#include "core/file.h"
#include "core/number_text.h"
#include "engine/formats/tokenizer.h"

namespace hearth::engine {
namespace {

namespace fs = std::filesystem;

// What budgets pick from, the finest first.
constexpr std::array kChoices = {"bf16", "int8", "mixed", "int4"};

void discard(const fs::path& file) {
    std::error_code ignored;
    for (const char* suffix : {"", ".partial", ".partial.journal"}) {
        fs::path path = file;
        path += suffix;
        fs::remove(path, ignored);
    }
}

core::Error noChoice(const std::string& message) {
    return {core::ErrorCode::InvalidArgument, message, "budget"};
}

std::string number(double value) {
    return core::significantText(value, 4);
}

class ModelPacker {
public:
    ModelPacker(Backend& backend, const PackRequest& request, const PackSink& sink)
        : m_backend(backend), m_request(request), m_sink(sink) {}
    ~ModelPacker() { discard(referenceFile()); }
    ModelPacker(const ModelPacker&) = delete;
    ModelPacker& operator=(const ModelPacker&) = delete;

    core::Result<PackReport> run() {
        if (m_request.size_budget && m_request.kl_budget)
            return noChoice("give a size or a divergence as the budget, not both");
        CORE_ASSIGN(m_source, openPackSource(m_request.source, m_sink, m_request.verified));
        CORE_TRY(core::createDirectories(m_request.directory));
        if (m_request.kl_budget)
            return packWithin(*m_request.kl_budget);
        CORE_ASSIGN(const std::string name, precision());
        CORE_ASSIGN(PackReport report, packAs(name, packedFile()));
        CORE_TRY(publish(report));
        return report;
    }

private:
    fs::path packedFile() const { return m_request.directory / kPackedFileName; }
    fs::path referenceFile() const { return m_request.directory / "reference.tmp"; }

    core::Result<std::string> precision() {
        if (!m_request.size_budget)
            return m_request.precision;
        uint64_t smallest = 0;
        for (const char* name : kChoices) {
            CORE_ASSIGN(const auto recipe, PackRecipe::find(name, m_source.model.config));
            smallest = plannedBytes(planPacking(m_source, recipe));
            if (smallest <= *m_request.size_budget)
                return std::string(name);
        }
        return noChoice("no precision fits: int4, the coarsest, needs " + std::to_string(smallest) +
                        " bytes");
    }

    /// From fine to coarse until one is too far from the checkpoint; the one before it stays.
    core::Result<PackReport> packWithin(double budget) {
        std::optional<PackReport> best;
        for (const char* name : kChoices) {
            const fs::path candidate = m_request.directory / (std::string(name) + ".tmp");
            auto report = packAs(name, candidate);
            const bool within = report && klOf(*report) && *klOf(*report) <= budget;
            if (!within) {
                discard(candidate);
                if (!report || !klOf(*report))
                    return report ? noChoice("the divergence cannot be measured: " +
                                             report->not_measured)
                                  : report.error();
                if (!best)
                    return noChoice("no precision keeps the divergence within " + number(budget) +
                                    ": " + name + " has " + number(*klOf(*report)));
                break;
            }
            CORE_TRY(moveInto(candidate));
            best = std::move(*report);
        }
        CORE_TRY(publish(*best));
        return *best;
    }

    /// A file whose values are the checkpoint's own has none to measure.
    static std::optional<double> klOf(const PackReport& report) {
        if (report.divergence)
            return report.divergence->kl_mean;
        return losesPrecision(report) ? std::optional<double>() : 0.0;
    }

    core::Status moveInto(const fs::path& candidate) {
        std::error_code failure;
        fs::rename(candidate, packedFile(), failure);
        if (failure)
            return core::Error{core::ErrorCode::Internal,
                               "cannot rename the packed model: " + failure.message(),
                               candidate.string()};
        return core::fsyncDirectory(m_request.directory);
    }

    core::Result<PackReport> packAs(const std::string& name, const fs::path& target) {
        CORE_ASSIGN(const auto recipe, PackRecipe::find(name, m_source.model.config));
        CORE_TRY(packWeights(m_source, recipe, target, m_sink));
        CORE_ASSIGN(const auto file, PackedFile::open(target));
        PackReport report = reportOf(*file);
        CORE_TRY(measure(target, report));
        return report;
    }

    core::Status measure(const fs::path& target, PackReport& report) {
        if (!losesPrecision(report)) {
            report.not_measured = "the packed weights are the checkpoint's own values";
            return {};
        }
        if (!m_request.measure && !m_request.kl_budget) {
            report.not_measured = "it was not asked for";
            return {};
        }
        const auto ids = tokens();
        if (!ids) {
            report.not_measured = "the text has no tokens: " + ids.error().text();
            return {};
        }
        const auto reference = referenceModel();
        if (!reference && reference.error().code == core::ErrorCode::DiskFull) {
            report.not_measured =
                "no space for the checkpoint beside the packed model: " + reference.error().message;
            return {};
        }
        if (!reference)
            return reference.error();
        CORE_ASSIGN(const auto model, loadPackedModel(m_backend, target, {.load_mtp = false}));
        CORE_ASSIGN(report.divergence,
                    measureDivergence(m_backend, {**reference}, {*model}, *ids, [&](int64_t done) {
                        return !m_sink || m_sink({.stage = PackStage::Measuring,
                                                  .done = uint64_t(done),
                                                  .total = ids->size() - 1});
                    }));
        return {};
    }

    core::Result<std::vector<int32_t>> tokens() const {
        CORE_ASSIGN(const auto tokenizer, Tokenizer::parse(m_source.text("tokenizer.json"),
                                                           m_source.text("tokenizer_config.json")));
        auto ids = tokenizer->encode(m_request.text.empty() ? measuringText() : m_request.text);
        const auto outside = [&](int32_t id) { return id >= m_source.model.config.vocab_size; };
        if (ids.size() < 2 || std::ranges::any_of(ids, outside))
            return noChoice("the tokenizer does not fit the model's vocabulary");
        return ids;
    }

    core::Result<std::unique_ptr<Model>> referenceModel() {
        if (!fs::exists(referenceFile())) {
            CORE_ASSIGN(const auto exact, PackRecipe::find("exact", m_source.model.config));
            CORE_TRY(packWeights(m_source, exact, referenceFile(), m_sink));
        }
        return loadPackedModel(m_backend, referenceFile(), {.load_mtp = false});
    }

    core::Status publish(const PackReport& report) const {
        for (const auto& [name, text] : m_source.texts) {
            CORE_TRY(core::writeFileAtomic(m_request.directory / name, text));
        }
        return core::writeFileAtomic(m_request.directory / kPackReportName,
                                     writePackReport(report));
    }

    Backend& m_backend;
    const PackRequest& m_request;
    const PackSink& m_sink;
    PackSource m_source;
};

}  // namespace

core::Result<PackReport> packModel(Backend& backend, const PackRequest& request,
                                   const PackSink& progress) {
    return ModelPacker(backend, request, progress).run();
}

}  // namespace hearth::engine
