// Learns a byte-level BPE vocabulary from text and writes it as a Hugging Face tokenizer.
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace hearth::engine {

struct BpeTrainerOptions {
    int64_t vocabSize = 4096;                // all tokens, special ones included
    std::vector<std::string> specialTokens;  // ids 0, 1, ... in this order
    int64_t minPairCount = 2;                // a pair seen less often is never merged
    std::string bosToken;                    // each of these is one of specialTokens, or empty
    std::string eosToken;
    std::string padToken;
    bool addBosToken = false;
    int64_t modelMaxLength = 4096;
    std::string chatTemplate;  // Jinja
};

struct TrainedTokenizer {
    std::string tokenizerJson;
    std::string tokenizerConfigJson;
    int64_t vocabSize = 0;  // less than asked for when the text has too few pairs

    /// Writes tokenizer.json and tokenizer_config.json, each atomically.
    [[nodiscard]] core::Status write(const std::filesystem::path& dir) const;
};

/// The same texts in the same order give the same bytes, on every machine.
class BpeTrainer {
public:
    explicit BpeTrainer(BpeTrainerOptions options);
    ~BpeTrainer();

    /// Counts the pieces of a document. Special tokens inside it are ordinary text.
    void addText(std::string_view text);

    /// Errors: InvalidArgument when the options contradict each other.
    [[nodiscard]] core::Result<TrainedTokenizer> train() const;

private:
    struct PieceCounts;
    BpeTrainerOptions m_options;
    std::unique_ptr<PieceCounts> m_counts;
};

}  // namespace hearth::engine
