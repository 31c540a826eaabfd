// Examples as training sees them: token ids and the label of each position.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "engine/formats/chat_format.h"
#include "engine/formats/tokenizer.h"
#include "finetune/data/chat_dataset.h"

namespace hearth::finetune {

struct TokenizedExample {
    std::vector<int32_t> ids;
    std::vector<int32_t> labels;  // the token that follows, or kIgnoredLabel

    int64_t labelCount() const;
};

struct TokenizedDataset {
    std::vector<TokenizedExample> examples;
    int64_t truncated = 0;  // examples that were cut to the maximal length

    int64_t tokens() const;
    int64_t labels() const;
};

struct TokenizeOptions {
    int64_t max_seq_len = 512;
    bool truncate = false;  // cut longer chat examples at their end; else they are an error
};

/// Only what the assistant wrote in messages of weight 1 is a label. Positions after the last
/// label are dropped: nothing depends on them.
/// Errors: InvalidArgument numbering the lines: too long, or without a label to learn.
core::Result<TokenizedDataset> tokenizeChat(const engine::ChatFormat& format,
                                            const std::vector<ChatExample>& examples,
                                            const TokenizeOptions& options);

/// One of them. truncated: counts up when it was cut. Plain text is framed by bos and eos when the
/// tokenizer has them. Errors: without the line's number.
core::Result<TokenizedExample> tokenizeChatExample(const engine::ChatFormat& format,
                                                   const ChatExample& example,
                                                   const TokenizeOptions& options,
                                                   int64_t& truncated);
/// The last steps of any example: drops what follows the last label, and cuts or refuses what is
/// longer than it may be.
core::Result<TokenizedExample> fitted(TokenizedExample result, const TokenizeOptions& options,
                                      int64_t& truncated);
/// labels[i] is ids[i + 1] where mask[i + 1] is set.
TokenizedExample labelledExample(const std::vector<int32_t>& ids, const std::vector<uint8_t>& mask);

/// The documents of a text of any form (a plain one: separated by lines that hold only
/// kDocumentSeparator). Errors: InvalidArgument listing the bad lines.
core::Result<std::vector<std::string>> readDocuments(std::string_view text,
                                                     const std::string& label);

/// A whole document, framed by bos and eos when the tokenizer has them; every token but the first
/// is a label. Empty when there is nothing to learn.
TokenizedExample tokenizeDocument(const engine::Tokenizer& tokenizer, const std::string& document);

/// Each document is framed by bos and
/// eos when the tokenizer has them; every token is a label. A document longer than max_seq_len
/// becomes several examples; none of its tokens is lost as a label.
core::Result<TokenizedDataset> tokenizeText(const engine::Tokenizer& tokenizer,
                                            std::string_view text, const TokenizeOptions& options);

}  // namespace hearth::finetune
