// The text of one generation, handed from the scheduler's thread to a reader.
#pragma once
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/formats/detokenizer.h"
#include "engine/runtime/generation.h"
#include "engine/runtime/stop_matcher.h"

namespace hearth::engine {

/// What came since the last call. text and tokens may be of different extent: text waits for
/// whole characters and possible stop strings.
struct TextPiece {
    std::string text;
    std::vector<SampledToken> tokens;        // without the stop token
    std::optional<SampledToken> stopToken;   // what ended the answer; on the last piece
    std::optional<GenerationResult> result;  // set on the last piece

    bool empty() const { return text.empty() && tokens.empty() && !result; }
};

/// Detokenises, applies stop strings and queues. One reader.
class TextStream : public GenerationSink {
public:
    TextStream(const Tokenizer& tokenizer, std::vector<std::string> stops);

    /// Everything since the last call; waits up to `timeout` when there is nothing. An empty
    /// piece means the time ran out.
    TextPiece next(std::chrono::milliseconds timeout);
    /// Prompt tokens with their log probabilities; complete once the first piece came.
    std::vector<SampledToken> promptTokens() const;

    void promptToken(const SampledToken& token) override;
    bool token(const SampledToken& token) override;
    void stopToken(const SampledToken& token) override;
    void finished(const GenerationResult& result) override;

private:
    StreamDetokenizer m_detokenizer;  // scheduler's thread only
    StopMatcher m_stops;              // scheduler's thread only

    mutable std::mutex m_mutex;  // guards what follows
    std::condition_variable m_arrived;
    TextPiece m_pending;
    std::vector<SampledToken> m_prompt;
};

}  // namespace hearth::engine
