#include "app/api/handlers/answers.h"

#include "app/api/handlers/openai_json.h"
#include "app/api/http/sse_writer.h"
#include "core/crypto/random.h"
#include "core/json.h"

namespace hearth::app {
namespace {

using nlohmann::json;

// How soon a stream notices that its client has left while nothing is generated.
constexpr std::chrono::milliseconds kPoll{200};

/// What all of an answer's objects share, and the account of what it used.
class Answer {
public:
    Answer(const ServingContext& context, const Request& http, const ServingTarget& target,
           const GenerationFields& fields, std::vector<std::unique_ptr<Generation>> generations,
           std::unique_ptr<AnswerFormatter> formatter)
        : m_context(context),
          m_target(target),
          m_formatter(std::move(formatter)),
          m_generations(std::move(generations)),
          m_usage{http.head.requestId, http.principal, target.info.id},
          m_choicesPerPrompt(fields.n),
          m_includeUsage(fields.includeUsage),
          m_id(core::randomId(m_formatter->idPrefix())),
          m_created(context.clock.unixSeconds()),
          m_start(context.clock.steadyNow()) {}

    core::Result<Response> whole(const std::function<bool()>& connected);
    void stream(ResponseStream& out);

private:
    json object(const char* name, json choices) const {
        return {{"id", m_id},
                {"object", name},
                {"created", m_created},
                {"model", m_target.info.id},
                {"choices", std::move(choices)},
                {"system_fingerprint", nullptr}};
    }
    json chunk(json choice) const {
        json result = object(m_formatter->chunkName(), json::array({std::move(choice)}));
        // With include_usage, every chunk but the last says null.
        if (m_includeUsage)
            result["usage"] = nullptr;
        return result;
    }
    json usage() const {
        return usageJson(m_usage.promptTokens, m_usage.completionTokens, m_cachedTokens);
    }
    void account(int64_t index, const engine::GenerationResult& result);
    void record();
    bool streamPiece(SseWriter& sse, int64_t index, const engine::TextPiece& piece);
    bool streamAll(SseWriter& sse);

    const ServingContext& m_context;
    const ServingTarget m_target;
    std::unique_ptr<AnswerFormatter> m_formatter;
    std::vector<std::unique_ptr<Generation>> m_generations;
    UsageRecord m_usage;
    int64_t m_cachedTokens = 0;
    const int64_t m_choicesPerPrompt;
    const bool m_includeUsage;
    const std::string m_id;
    const int64_t m_created;
    const std::chrono::steady_clock::time_point m_start;
};

/// A prompt counts once, however many choices it has.
void Answer::account(int64_t index, const engine::GenerationResult& result) {
    if (index % m_choicesPerPrompt == 0) {
        m_usage.promptTokens += result.prompt_tokens;
        m_cachedTokens += result.cached_tokens;
    }
    m_usage.completionTokens += result.completion_tokens;
}

void Answer::record() {
    m_usage.milliseconds =
        std::chrono::duration_cast<std::chrono::milliseconds>(m_context.clock.steadyNow() - m_start)
            .count();
    if (const auto first = m_generations.front()->firstTokenAfter())
        m_usage.firstTokenMs = first->count();
    m_context.recordUsage(m_usage);
}

core::Result<Response> Answer::whole(const std::function<bool()>& connected) {
    json choices = json::array();
    for (size_t i = 0; i < m_generations.size(); ++i) {
        const engine::TextPiece text = m_generations[i]->readAll(connected);
        account(int64_t(i), *text.result);
        if (text.result->error)
            return *text.result->error;
        if (text.result->reason == engine::FinishReason::Cancelled)
            return core::Error{core::ErrorCode::Cancelled, "the generation was cancelled", ""};
        choices.push_back(m_formatter->choice(int64_t(i), text, *m_generations[i]));
    }
    record();
    json result = object(m_formatter->objectName(), std::move(choices));
    result["usage"] = usage();
    return Response::json(core::dumpJson(result));
}

bool Answer::streamPiece(SseWriter& sse, int64_t index, const engine::TextPiece& piece) {
    if ((!piece.text.empty() || !piece.tokens.empty()) &&
        !sse.data(core::dumpJson(chunk(m_formatter->delta(index, piece)))))
        return false;
    if (!piece.result)
        return piece.empty() ? sse.idle() : true;
    account(index, *piece.result);
    if (piece.result->error)
        return sse.error(*piece.result->error);
    return sse.data(core::dumpJson(chunk(m_formatter->closing(index, piece))));
}

/// Choices come one after the other: the later ones are generated meanwhile and wait.
bool Answer::streamAll(SseWriter& sse) {
    for (int64_t i = 0; i < int64_t(m_generations.size()); ++i) {
        const json opening = m_formatter->opening(i);
        if (!opening.is_null() && !sse.data(core::dumpJson(chunk(opening))))
            return false;
        for (bool more = true; more;) {
            const engine::TextPiece piece = m_generations[size_t(i)]->next(kPoll);
            if (!streamPiece(sse, i, piece))
                return false;
            more = !piece.result.has_value();
        }
    }
    return true;
}

void Answer::stream(ResponseStream& out) {
    SseWriter sse(out);
    const bool complete = streamAll(sse);
    record();
    if (!complete) {
        m_generations.clear();  // cancels
        return;
    }
    if (m_includeUsage) {
        json last = object(m_formatter->chunkName(), json::array());
        last["usage"] = usage();
        if (!sse.data(core::dumpJson(last)))
            return;
    }
    sse.done();
}

}  // namespace

core::Result<Response> answer(const ServingContext& context, const Request& http,
                              const ServingTarget& target, const GenerationFields& fields,
                              std::vector<std::unique_ptr<Generation>> generations,
                              std::unique_ptr<AnswerFormatter> formatter) {
    auto answer = std::make_shared<Answer>(context, http, target, fields, std::move(generations),
                                           std::move(formatter));
    if (!fields.stream)
        return answer->whole(http.clientConnected);
    return Response::events([answer](ResponseStream& out) { answer->stream(out); });
}

}  // namespace hearth::app
