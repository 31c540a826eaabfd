#include "engine/formats/gguf_pre_tokenizer.h"

#include <algorithm>

#include "engine/formats/known_patterns.h"

namespace hearth::engine {

namespace {

constexpr std::string_view kLineBreak = "[\r\n]";
// The letters of deepseek-llm: those with an upper and a lower case of Unicode 12.
constexpr std::string_view kDeepseekLlmLetters =
    "\\s?[A-Za-z\u00B5\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u01BA\u01BC-\u01BF\u01C4-\u0293"
    "\u0295-\u02AF\u0370-\u0373\u0376\u0377\u037B-\u037D\u037F\u0386\u0388-\u038A\u038C"
    "\u038E-\u03A1\u03A3-\u03F5\u03F7-\u0481\u048A-\u052F\u0531-\u0556\u10A0-\u10C5"
    "\u13A0-\u13F5\u13F8-\u13FD\u1C90-\u1CBA\u1CBD-\u1CBF\u1D00-\u1D2B\u1D6B-\u1D77"
    "\u1D79-\u1D9A\u1E00-\u1F15\u1F18-\u1F1D\u1F20-\u1F45\u1F48-\u1F4D\u1F50-\u1F57\u1F59"
    "\u1F5B\u1F5D\u1F5F-\u1F7D\u1F80-\u1FB4\u1FB6-\u1FBC\u1FBE\u1FC2-\u1FC4\u1FC6-\u1FCC"
    "\u1FD0-\u1FD3\u1FD6-\u1FDB\u1FE0-\u1FEC\u1FF2-\u1FF4\u1FF6-\u1FFC\u2102\u2107"
    "\u210A-\u2113\u2115\u2119-\u211D\u2124\u2126\u2128\u212A-\u212D\u212F-\u2134\u2139"
    "\u213C-\u213F\u2145-\u2149\u214E\u2183\u2184\u2C00-\u2C7B\u2C7E-\u2CE4\u2CEB-\u2CEE"
    "\u2CF2\u2CF3\uA640-\uA66D\uA680-\uA69B\uA722-\uA76F\uA771-\uA787\uA78B-\uA78E"
    "\uAB70-\uABBF\uFB00-\uFB06\uFB13-\uFB17\uFF21-\uFF3A\uFF41-\uFF5A\U00010400-\U0001044F"
    "\U000104B0-\U000104D3\U000104D8-\U000104FB\U00010C80-\U00010CB2\U00010CC0-\U00010CF2"
    "\U000118A0-\U000118DF\U0001E900-\U0001E943]+";
constexpr std::string_view kDeepseekLlmMarks = "\\s?[!-/:-~！-／：-～‘-‟\u3000-。]+";
// U+D7FF is the last code point before the surrogates.
constexpr std::string_view kDeepseekLlmCjk = "[一-龥\u0800-一가-\uD7FF]+";

}  // namespace

const std::vector<GgufPreTokenizer>& ggufPreTokenizers() {
    static const std::vector<GgufPreTokenizer> kKinds{
        {.names = {"llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "lfm2"},
         .patterns = {kLlama3},
         .ignoreMerges = true,
         .addBos = true},
        {.names = {"glm4", "chatglm-bpe", "dbrx", "smaug-bpe"}, .patterns = {kLlama3}},
        {.names = {"qwen2", "deepseek-r1-qwen", "stablelm2", "megrez", "hunyuan", "kormo"},
         .patterns = {kQwen2}},
        {.names = {"gpt-4o", "gpt-oss", "llama4"}, .patterns = {kGpt4o}, .ignoreMerges = true},
        {.names = {"tekken"}, .patterns = {kTekken}, .ignoreMerges = true, .addBos = true},
        {.names = {"kimi-k2"}, .patterns = {kKimiK2}},
        {.names = {"deepseek-v3", "hunyuan-dense", "joyai-llm"},
         .patterns = {kDeepseekNumbers, kDeepseekCjk, kDeepseekRest}},
        {.names = {"deepseek-llm"},
         .patterns = {kLineBreak, kDeepseekLlmLetters, kDeepseekLlmMarks, R"(\s+$)",
                      kDeepseekLlmCjk, R"(\p{N}+)"}},
        {.names = {"deepseek-coder"},
         .patterns = {kLineBreak, R"(\s?\p{L}+)", R"(\s?\p{P}+)", kDeepseekLlmCjk, kDigit}},
        {.names = {"smollm", "refact", "starcoder", "granite", "command-r", "codeshell", "exaone"},
         .patterns = {kDigit, kGpt2}},
        {.names = {"gpt-2", "olmo", "mpt", "phi-2", "jais", "exaone4", "granite-docling"},
         .patterns = {kGpt2}},
        {.names = {"default", ""},
         .patterns = {R"([\p{P}\$\+<=>\^~\|]+)", kGpt2, R"(\p{N}+)", "[0-9][0-9][0-9]"}},
    };
    return kKinds;
}

const GgufPreTokenizer* findGgufPreTokenizer(std::string_view name) {
    for (const GgufPreTokenizer& kind : ggufPreTokenizers()) {
        if (std::find(kind.names.begin(), kind.names.end(), name) != kind.names.end())
            return &kind;
    }
    return nullptr;
}

}  // namespace hearth::engine
