// Chat templates: a bounded subset of Jinja2, set up as Hugging Face transformers does
// (trim_blocks, lstrip_blocks, loop controls, tojson in Python's spelling).
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "engine/formats/tokenizer.h"

namespace hearth::engine {

struct RenderOptions {
    /// What strftime_now formats, in UTC; unset: the system's clock.
    std::optional<std::chrono::sys_seconds> now;
    size_t maxOutputBytes = 4 << 20;
    int64_t maxSteps = 2'000'000;  // expression and statement evaluations
    std::chrono::milliseconds maxTime{100};
};

/// A rendered text that remembers where its bytes came from; ranges ascending and disjoint.
struct MarkedText {
    std::string text;
    std::vector<TextRange> input;      // texts and keys of the input
    std::vector<TextRange> assistant;  // of these, the ones in messages with role "assistant"
    std::vector<TextRange> generated;  // what {% generation %} blocks wrote, if there are any
};

/// Immutable; may be rendered from several threads at once.
class ChatTemplate {
public:
    static constexpr int kMaxDepth = 100;  // of nested blocks and expressions
    static constexpr size_t kMaxSourceBytes = 1 << 20;

    /// Errors: InvalidArgument with the line.
    [[nodiscard]] static core::Result<ChatTemplate> parse(std::string_view source);

    /// context: an object; its members are the template's variables (messages, tools,
    /// bos_token, eos_token, add_generation_prompt, ...).
    /// Errors: InvalidArgument with the line (raise_exception included), ResourceExhausted
    /// when a bound is passed, DeadlineExceeded.
    [[nodiscard]] core::Result<std::string> render(const nlohmann::json& context,
                                                   const RenderOptions& options = {}) const;
    /// With the members of objects in the order given, which a template that prints tools needs.
    [[nodiscard]] core::Result<std::string> render(const nlohmann::ordered_json& context,
                                                   const RenderOptions& options = {}) const;

    /// As render; every byte that stems from a string of `input` is reported, through
    /// concatenation, slicing and filters. Strings of `trusted` and of the template are not.
    /// Both objects' members are variables; `trusted` wins where both have one.
    [[nodiscard]] core::Result<MarkedText> renderMarked(const nlohmann::json& input,
                                                        const nlohmann::json& trusted,
                                                        const RenderOptions& options = {}) const;
    [[nodiscard]] core::Result<MarkedText> renderMarked(const nlohmann::ordered_json& input,
                                                        const nlohmann::ordered_json& trusted,
                                                        const RenderOptions& options = {}) const;

private:
    struct Program;
    explicit ChatTemplate(std::shared_ptr<const Program> program);

    std::shared_ptr<const Program> m_program;
};

}  // namespace hearth::engine
