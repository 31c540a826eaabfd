#include "finetune/eval/served_text.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "engine/cpu/cpu_backend.h"
#include "engine/layers/layer_context.h"
#include "engine/runtime/kv_cache.h"

namespace hearth::finetune {

namespace {

/// Writes down the experts of every row, layer by layer.
class RoutingRecorder : public engine::StepObserver {
public:
    RoutingRecorder(engine::Model& model, std::vector<std::vector<int32_t>>& routing)
        : m_model(model), m_routing(routing) {
        model.setObserver(this);
    }
    ~RoutingRecorder() override { m_model.setObserver(nullptr); }
    RoutingRecorder(const RoutingRecorder&) = delete;
    RoutingRecorder& operator=(const RoutingRecorder&) = delete;

    void routed(int64_t layer, const engine::Tensor& experts, const engine::Tensor&) override {
        const auto place = m_places.try_emplace(layer, m_places.size()).first->second;
        m_routing.resize(std::max(m_routing.size(), place + 1));
        const int32_t* row = engine::cpuData<int32_t>(experts);
        m_routing[place].insert(m_routing[place].end(), row, row + experts.dim(0) * experts.dim(1));
    }

private:
    engine::Model& m_model;
    std::vector<std::vector<int32_t>>& m_routing;
    std::map<int64_t, size_t> m_places;  // in the order in which a step meets the layers
};

/// Takes the rows that a step returned for the tokens begin, begin + 1, ...
void takeRows(const std::vector<float>& logits, std::span<const int32_t> ids, size_t begin,
              size_t count, ServedText& text, std::vector<double>& drawn) {
    const size_t vocab = logits.size() / count;
    for (size_t i = 0; i < count && begin + i + 1 < ids.size(); ++i) {
        const std::span<const float> row = std::span(logits).subspan(i * vocab, vocab);
        const double largest = *std::ranges::max_element(row);
        double sum = 0.0;
        for (const float logit : row) {
            sum += std::exp(double(logit) - largest);
            text.largest_logit = std::max(text.largest_logit, std::abs(double(logit)));
        }
        const double normaliser = largest + std::log(sum);
        const auto other = size_t(drawnToken(ids, begin + i, int64_t(vocab)));
        text.logps.push_back(double(row[size_t(ids[begin + i + 1])]) - normaliser);
        drawn.push_back(double(row[other]) - normaliser);
    }
}

}  // namespace

int32_t drawnToken(std::span<const int32_t> ids, size_t i, int64_t vocabSize) {
    // Knuth's multiplicative hash of place and token.
    const uint32_t hash = 2654435761u * (uint32_t(i) + 977u * uint32_t(ids[i]) + 1u);
    return int32_t(hash % uint64_t(vocabSize));
}

core::Result<ServedText> serveText(engine::Backend& backend, engine::Model& model,
                                   const engine::Adapter* adapter, std::span<const int32_t> ids) {
    const int64_t pages = engine::KvCache::pagesFor(int64_t(ids.size()));
    engine::KvCache cache(backend, model.config(), pages, engine::DType::F32);
    CORE_ASSIGN(const std::vector<int32_t> taken, cache.take(pages));
    ServedText text;
    std::vector<double> drawn;
    const RoutingRecorder recorder(model, text.routing);
    const size_t half = ids.size() / 2;
    for (const auto& [begin, end] : {std::pair{size_t(0), half}, std::pair{half, ids.size()}}) {
        engine::StepSequence sequence;
        sequence.tokens = ids.subspan(begin, end - begin);
        sequence.start = int64_t(begin);
        sequence.pages = taken;
        sequence.prefill = begin == 0;
        sequence.logits_rows = int64_t(end - begin);
        sequence.long_context = model.config().needsLongRope(int64_t(ids.size()));
        sequence.adapter = adapter;
        const auto logits = engine::downloadFloats(backend, model.step({&sequence, 1}, cache));
        takeRows(logits, ids, begin, end - begin, text, drawn);
    }
    text.logps.insert(text.logps.end(), drawn.begin(), drawn.end());
    for (size_t i = 0; i < text.logps.size(); ++i)
        text.answers.push_back(i % drawn.size() >= half);
    return text;
}

}  // namespace hearth::finetune
