#include "engine/formats/bpe_trainer_json.h"

#include <nlohmann/json.hpp>

#include "engine/formats/bpe_alphabet.h"

namespace hearth::engine {

const char* const kTrainedPreTokenizer = R"json({
  "type": "Sequence",
  "pretokenizers": [
    {
      "type": "Split",
      "pattern": {
        "Regex": "'(?i:[sdmt]|ll|ve|re)| ?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"
      },
      "behavior": "Isolated",
      "invert": false
    },
    { "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false }
  ]
})json";

namespace {

using Json = nlohmann::ordered_json;

Json byteLevel() {
    return {{"type", "ByteLevel"},
            {"add_prefix_space", false},
            {"trim_offsets", true},
            {"use_regex", false}};
}

Json addedTokens(const std::vector<std::string>& contents) {
    Json list = Json::array();
    for (const std::string& content : contents)
        list.push_back({{"id", list.size()},
                        {"content", content},
                        {"single_word", false},
                        {"lstrip", false},
                        {"rstrip", false},
                        {"normalized", false},
                        {"special", true}});
    return list;
}

Json postProcessor(const BpeTrainerOptions& options) {
    if (!options.addBosToken)
        return byteLevel();
    const std::string& bos = options.bosToken;
    const auto id = std::find(options.specialTokens.begin(), options.specialTokens.end(), bos) -
                    options.specialTokens.begin();
    const auto special = [&](int type) -> Json {
        return {{"SpecialToken", {{"id", bos}, {"type_id", type}}}};
    };
    const auto sequence = [](const char* name, int type) -> Json {
        return {{"Sequence", {{"id", name}, {"type_id", type}}}};
    };
    Json processing = {
        {"type", "TemplateProcessing"},
        {"single", Json::array({special(0), sequence("A", 0)})},
        {"pair", Json::array({special(0), sequence("A", 0), special(1), sequence("B", 1)})},
        {"special_tokens",
         {{bos, {{"id", bos}, {"ids", Json::array({id})}, {"tokens", Json::array({bos})}}}}}};
    return {{"type", "Sequence"}, {"processors", Json::array({byteLevel(), processing})}};
}

/// Special tokens, then the bytes in the order of their characters, then the merges.
Json vocabulary(const BpeTrainerOptions& options, const BpeMergeLearner& learner) {
    std::vector<std::string> spellings;
    for (const std::string& symbol : learner.symbols())
        spellings.push_back(bpeTokenOfBytes(symbol));
    std::sort(spellings.begin(), spellings.begin() + BpeMergeLearner::kBytes);
    Json vocabulary = Json::object();
    // Every key is new: without looking for it, ordered_json stays linear.
    auto& entries = vocabulary.get_ref<Json::object_t&>();
    for (const std::string& token : options.specialTokens)
        entries.push_back({token, entries.size()});
    for (const std::string& token : spellings)
        entries.push_back({token, entries.size()});
    return vocabulary;
}

Json model(const BpeTrainerOptions& options, const BpeMergeLearner& learner) {
    Json merges = Json::array();
    for (const auto& [left, right] : learner.merges())
        merges.push_back(bpeTokenOfBytes(learner.symbols()[left]) + " " +
                         bpeTokenOfBytes(learner.symbols()[right]));
    return {{"type", "BPE"},
            {"dropout", nullptr},
            {"unk_token", nullptr},
            {"continuing_subword_prefix", nullptr},
            {"end_of_word_suffix", nullptr},
            {"fuse_unk", false},
            {"byte_fallback", false},
            {"ignore_merges", false},
            {"vocab", vocabulary(options, learner)},
            {"merges", std::move(merges)}};
}

Json config(const BpeTrainerOptions& options) {
    const auto orNull = [](const std::string& token) {
        return token.empty() ? Json() : Json(token);
    };
    Json config = {{"tokenizer_class", "PreTrainedTokenizerFast"},
                   {"add_bos_token", options.addBosToken},
                   {"bos_token", orNull(options.bosToken)},
                   {"eos_token", orNull(options.eosToken)},
                   {"pad_token", orNull(options.padToken)},
                   {"unk_token", nullptr},
                   {"clean_up_tokenization_spaces", false},
                   {"model_max_length", options.modelMaxLength}};
    if (!options.chatTemplate.empty())
        config["chat_template"] = options.chatTemplate;
    return config;
}

std::string dump(const Json& json) {
    return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

TrainedTokenizer writeTrainedTokenizer(const BpeTrainerOptions& options,
                                       const BpeMergeLearner& learner) {
    const Json tokenizer = {{"version", "1.0"},
                            {"truncation", nullptr},
                            {"padding", nullptr},
                            {"added_tokens", addedTokens(options.specialTokens)},
                            {"normalizer", nullptr},
                            {"pre_tokenizer", Json::parse(kTrainedPreTokenizer)},
                            {"post_processor", postProcessor(options)},
                            {"decoder", byteLevel()},
                            {"model", model(options, learner)}};
    const size_t size = options.specialTokens.size() + learner.symbols().size();
    return {dump(tokenizer), dump(config(options)), static_cast<int64_t>(size)};
}

}  // namespace hearth::engine
