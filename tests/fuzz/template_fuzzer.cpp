// A chat template, and the conversation to render with it (JSON; one of our own where the input
// has none). Output, memory, steps and time stay within the bounds that were asked for, and the
// marks lie in the text.
#include <nlohmann/json.hpp>

#include "core/assert.h"
#include "core/json.h"
#include "core/strings.h"
#include "engine/formats/chat_template/chat_template.h"
#include "tests/fuzz/fuzz_support.h"

using namespace hearth;
using engine::ChatTemplate;
using engine::MarkedText;
using engine::TextRange;

namespace {

constexpr size_t kMaxOutput = 64 << 10;
// The clock is read every 256 steps and after every megabyte; beyond the 100 ms asked for, the
// slack is what one such stretch may take under the sanitisers.
constexpr std::chrono::milliseconds kMaxTime{100};
constexpr double kSlackSeconds = 2.0;

constexpr const char* kConversation = R"({
  "messages": [
    {"role": "system", "content": "You're <b>brief</b>."},
    {"role": "user", "content": "Wie spät ist es? 몇 시?"},
    {"role": "assistant", "content": "", "reasoning_content": "think\n",
     "tool_calls": [{"id": "c1", "type": "function",
       "function": {"name": "now", "arguments": {"zone": "Asia/Seoul", "n": 1.5}}}]},
    {"role": "tool", "tool_call_id": "c1", "content": "{\"time\": \"09:30\"}"},
    {"role": "assistant", "content": "<think>x</think>Half past nine."},
    {"role": "user", "content": [{"type": "text", "text": "Thanks"}]}],
  "tools": [{"type": "function", "function": {"name": "now", "description": "The time",
    "parameters": {"type": "object", "properties": {"zone": {"type": "string"}}}}}],
  "n": 3, "big": 9223372036854775807, "f": -0.5, "t": true, "nothing": null,
  "add_generation_prompt": true})";

const nlohmann::json& trustedVariables() {
    static const nlohmann::json variables = {{"bos_token", "<s>"}, {"eos_token", "</s>"}};
    return variables;
}

nlohmann::json conversation(std::string_view text) {
    if (auto given = core::parseJson(text, "the input"); given && given->is_object())
        return *std::move(given);
    static const nlohmann::json own = nlohmann::json::parse(kConversation);
    return own;
}

void checkRanges(const std::vector<TextRange>& ranges, size_t size) {
    size_t done = 0;
    for (const TextRange& range : ranges) {
        CORE_ASSERT(range.begin >= done && range.begin < range.end && range.end <= size);
        done = range.end;
    }
}

void checkMarked(const MarkedText& text) {
    CORE_ASSERT(text.text.size() <= kMaxOutput);
    CORE_ASSERT(core::isValidUtf8(text.text));
    checkRanges(text.input, text.text.size());
    checkRanges(text.assistant, text.text.size());
    checkRanges(text.generated, text.text.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const auto parts = fuzz::sections(data, size);
    const auto parsed = ChatTemplate::parse(parts[0]);
    if (!parsed)
        return 0;
    const engine::RenderOptions options{.now = std::chrono::sys_seconds{std::chrono::seconds{1}},
                                        .maxOutputBytes = kMaxOutput,
                                        .maxSteps = 200'000,
                                        .maxTime = kMaxTime};
    const nlohmann::json context = conversation(fuzz::sectionOr(parts, 1, ""));
    const double start = fuzz::threadSeconds();
    const auto marked = parsed->renderMarked(context, trustedVariables(), options);
    const double limit = std::chrono::duration<double>(kMaxTime).count() + kSlackSeconds;
    CORE_ASSERT(fuzz::threadSeconds() - start < limit);
    if (marked)
        checkMarked(*marked);
    return 0;
}
