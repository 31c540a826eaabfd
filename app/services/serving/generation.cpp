#include "app/services/serving/generation.h"

namespace hearth::app {
namespace {

constexpr std::chrono::milliseconds kPoll{100};

}  // namespace

core::Result<std::unique_ptr<Generation>> Generation::start(const ServingTarget& target,
                                                            engine::GenerationRequest request,
                                                            std::vector<std::string> stops) {
    auto stream = std::make_shared<engine::TextStream>(target.model->tokenizer(), std::move(stops));
    request.adapter = target.adapter;
    CORE_ASSIGN(const engine::Scheduler::RequestId id,
                target.model->scheduler().submit(std::move(request), stream));
    return std::unique_ptr<Generation>(new Generation(target.model, std::move(stream), id));
}

Generation::~Generation() {
    if (!m_finished)
        m_model->scheduler().cancel(m_id);
}

engine::TextPiece Generation::next(std::chrono::milliseconds timeout) {
    auto piece = m_stream->next(timeout);
    m_finished = m_finished || piece.result.has_value();
    if (!piece.tokens.empty())
        measure(int64_t(piece.tokens.size()));
    return piece;
}

void Generation::measure(int64_t tokens) {
    const auto now = LatencyWatch::Clock::now();
    if (m_firstTokenAfter) {
        m_model->latency().addTokens(tokens, now - m_lastToken, now);
    } else {
        m_firstTokenAfter = std::chrono::duration_cast<std::chrono::milliseconds>(now - m_started);
        m_model->latency().addFirstToken(now - m_started, now);
    }
    m_lastToken = now;
}

engine::TextPiece Generation::readAll(const std::function<bool()>& connected) {
    engine::TextPiece all;
    while (!all.result) {
        if (!connected())
            m_model->scheduler().cancel(m_id);
        auto piece = next(kPoll);
        all.text += piece.text;
        std::move(piece.tokens.begin(), piece.tokens.end(), std::back_inserter(all.tokens));
        all.stopToken = piece.stopToken;
        all.result = piece.result;
    }
    return all;
}

}  // namespace hearth::app
