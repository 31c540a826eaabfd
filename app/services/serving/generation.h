// A generation that a handler started. It is cancelled when the handler lets go of it.
#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include "app/services/serving/model_service.h"
#include "engine/runtime/text_stream.h"

namespace hearth::app {

/// One reader at a time.
class Generation {
public:
    /// Errors: those of Scheduler::submit.
    static core::Result<std::unique_ptr<Generation>> start(const ServingTarget& target,
                                                           engine::GenerationRequest request,
                                                           std::vector<std::string> stops);
    ~Generation();
    Generation(const Generation&) = delete;
    Generation& operator=(const Generation&) = delete;

    /// See TextStream::next.
    engine::TextPiece next(std::chrono::milliseconds timeout);
    std::vector<engine::SampledToken> promptTokens() const { return m_stream->promptTokens(); }
    /// From start() until the reader had the first token; none before that.
    std::optional<std::chrono::milliseconds> firstTokenAfter() const { return m_firstTokenAfter; }

    /// Reads to the end. `connected` is asked now and then; false cancels.
    engine::TextPiece readAll(const std::function<bool()>& connected);

private:
    Generation(std::shared_ptr<LoadedModel> model, std::shared_ptr<engine::TextStream> stream,
               engine::Scheduler::RequestId id)
        : m_model(std::move(model)), m_stream(std::move(stream)), m_id(id) {}

    void measure(int64_t tokens);

    std::shared_ptr<LoadedModel> m_model;
    std::shared_ptr<engine::TextStream> m_stream;
    engine::Scheduler::RequestId m_id;
    const std::chrono::steady_clock::time_point m_started = std::chrono::steady_clock::now();
    std::optional<std::chrono::milliseconds> m_firstTokenAfter;
    std::chrono::steady_clock::time_point m_lastToken;
    bool m_finished = false;
};

}  // namespace hearth::app
