#include "engine/runtime/model_speed.h"

#include <algorithm>
#include <chrono>
#include <numeric>

#include "engine/layers/expanded_keys.h"
#include "engine/ops/latent_page.h"
#include "engine/ops/ops.h"
#include "engine/runtime/random.h"

namespace hearth::engine {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int64_t kRandomRows = 512;  // at a time

int64_t wholePages(int64_t tokens) {
    return KvCache::pagesFor(tokens) * KvCache::kPageTokens;
}

double median(std::vector<double> values) {
    const auto middle = values.begin() + int64_t(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

class SpeedMeter {
public:
    SpeedMeter(Backend& backend, Model& model, const SpeedOptions& options)
        : m_backend(backend),
          m_model(model),
          m_options(options),
          m_contextPages(KvCache::pagesFor(std::ranges::max(options.contexts))),
          m_streamPages(KvCache::pagesFor(std::max(options.prefill, options.decode))),
          m_cache(backend, model.config(),
                  m_contextPages + std::ranges::max(options.streams) * m_streamPages,
                  options.cache_dtype) {}

    /// The cache's first `context` tokens become those of one random text.
    void fill(int64_t context) {
        m_context = wholePages(context);
        if (m_options.random_context)
            writeRandomRows();
        else
            run(pagesOf(0), 0, m_context);
    }

    double prefillSpeed() {
        return medianSpeed(m_options.prefill,
                           [&] { run(pagesOf(0), m_context, m_options.prefill); });
    }

    double decodeSpeed(int64_t streams) {
        std::vector<std::vector<int32_t>> pages;
        for (int64_t s = 0; s < streams; ++s)
            pages.push_back(pagesOf(s));
        return medianSpeed(streams * m_options.decode, [&] {
            for (int64_t i = 0; i < m_options.decode; ++i)
                decodeStep(pages, m_context + i);
        });
    }

    int64_t context() const { return m_context; }

private:
    /// Those of the context, and then the stream's own.
    std::vector<int32_t> pagesOf(int64_t stream) const {
        const int64_t shared = m_context / KvCache::kPageTokens;
        std::vector<int32_t> pages(size_t(shared + m_streamPages));
        std::iota(pages.begin(), pages.begin() + shared, 0);
        std::iota(pages.begin() + shared, pages.end(),
                  int32_t(m_contextPages + stream * m_streamPages));
        return pages;
    }

    /// The same in every layer.
    void writeRandomRows() {
        const ModelConfig& config = m_model.config();
        const int64_t width = config.cacheWidth();
        for (int64_t first = 0; first < m_context; first += kRandomRows) {
            const int64_t count = std::min(kRandomRows, m_context - first);
            std::vector<float> values(size_t(count * width));
            std::ranges::generate(values, [&] { return float(2 * uniformAt(1, m_drawn++) - 1); });
            std::vector<int32_t> ids(static_cast<size_t>(count));
            std::iota(ids.begin(), ids.end(), int32_t(first));
            const Tensor rows = uploadFloats(m_backend, values, {count, width});
            const Tensor slots = uploadInts(m_backend, ids);
            for (int64_t layer = 0; layer < config.num_hidden_layers; ++layer)
                writeRows(rows, slots, m_cache.layer(layer), config.kv_lora_rank);
        }
    }

    void writeRows(const Tensor& rows, const Tensor& slots, const Tensor& cache, int64_t rank) {
        if (cache.dtype() != DType::U8)
            return ops::cacheWrite(m_backend, {.rows = rows, .slots = slots, .cache = cache});
        const int64_t split = latentPartWidth(rank);
        ops::cacheWrite(
            m_backend,
            {.rows = rows.columns(0, rank), .slots = slots, .cache = cache.columns(0, split)});
        ops::cacheWrite(m_backend, {.rows = rows.columns(rank, rows.dim(1)),
                                    .slots = slots,
                                    .cache = cache.columns(split, cache.dim(1))});
    }

    int32_t randomToken() {
        return int32_t(uniformAt(1, m_drawn++) * double(m_model.config().vocab_size));
    }

    void run(const std::vector<int32_t>& pages, int64_t start, int64_t count) {
        std::vector<int32_t> tokens(static_cast<size_t>(count));
        std::ranges::generate(tokens, [&] { return randomToken(); });
        ExpandedKeys kept{.capacity = start + count, .tokens = 0, .layers = {}};
        for (int64_t done = 0; done < count; done += m_options.chunk) {
            const int64_t part = std::min(m_options.chunk, count - done);
            step({{.tokens = std::span(tokens).subspan(size_t(done), size_t(part)),
                   .start = start + done,
                   .pages = pages,
                   .logits_rows = done + part == count ? 1 : 0,
                   .kept = count > m_options.chunk ? &kept : nullptr}});
        }
    }

    void decodeStep(const std::vector<std::vector<int32_t>>& pages, int64_t position) {
        std::vector<int32_t> tokens(pages.size());
        std::vector<StepSequence> parts;
        for (size_t s = 0; s < pages.size(); ++s) {
            tokens[s] = randomToken();
            parts.push_back({.tokens = std::span(tokens).subspan(s, 1),
                             .start = position,
                             .pages = pages[s],
                             .prefill = false});
        }
        step(parts);
    }

    /// Logits are fetched, as for sampling: that also waits for the step.
    void step(const std::vector<StepSequence>& parts) {
        const Tensor logits = m_model.step(parts, m_cache, nullptr);
        if (logits.defined())
            downloadFloats(m_backend, logits);
    }

    template <typename Function>
    double medianSpeed(int64_t tokens, Function function) {
        std::vector<double> speeds;
        function();  // the first one touches memory that the others find warm
        for (int i = 0; i < m_options.repeats; ++i) {
            const auto begin = Clock::now();
            function();
            speeds.push_back(double(tokens) /
                             std::chrono::duration<double>(Clock::now() - begin).count());
        }
        return median(std::move(speeds));
    }

    Backend& m_backend;
    Model& m_model;
    const SpeedOptions& m_options;
    int64_t m_contextPages;
    int64_t m_streamPages;
    KvCache m_cache;
    int64_t m_context = 0;
    uint64_t m_drawn = 0;
};

core::Error invalid(const std::string& message, const char* argument) {
    return {core::ErrorCode::InvalidArgument, message, argument};
}

core::Status check(const SpeedOptions& options, int64_t contextLength) {
    if (options.prefill < 1 || options.decode < 1 || options.chunk < 1 || options.repeats < 1)
        return invalid("prefill, decode, chunk and repeat must be at least 1", "prefill");
    if (options.streams.empty() || std::ranges::min(options.streams) < 1)
        return invalid("there must be at least one stream", "streams");
    if (options.contexts.empty() || std::ranges::min(options.contexts) < 0)
        return invalid("a context must not be negative", "context");
    const int64_t longest =
        wholePages(std::ranges::max(options.contexts)) + std::max(options.prefill, options.decode);
    if (longest > contextLength)
        return invalid("context and tokens are " + std::to_string(longest) +
                           " together, but the model's context holds " +
                           std::to_string(contextLength),
                       "context");
    return {};
}

}  // namespace

core::Result<std::vector<SpeedCase>> measureSpeed(
    Backend& backend, Model& model, const SpeedOptions& options,
    const std::function<void(const SpeedCase&)>& progress) {
    CORE_TRY(check(options, model.config().max_position_embeddings));
    CORE_TRY(checkCacheType(model.config(), options.cache_dtype));
    SpeedMeter meter(backend, model, options);
    std::vector<SpeedCase> cases;
    for (const int64_t context : options.contexts) {
        meter.fill(context);
        const double prefill = meter.prefillSpeed();
        for (const int64_t streams : options.streams) {
            cases.push_back({.context = meter.context(),
                             .streams = streams,
                             .prefill_tps = prefill,
                             .decode_tps = meter.decodeSpeed(streams)});
            if (progress)
                progress(cases.back());
        }
    }
    return cases;
}

}  // namespace hearth::engine
