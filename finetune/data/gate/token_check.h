// Rows as a model's tokenizer and template put them: lengths, and which tokens are learned.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "engine/formats/chat_format.h"
#include "finetune/data/data_kind.h"
#include "finetune/data/gate/finding.h"
#include "finetune/data/line_problems.h"
#include "finetune/data/tokenized_example.h"

namespace hearth::finetune {

struct MaskedToken {
    int32_t id = 0;
    std::string text;  // its bytes; perhaps only a part of a character. Private data is masked
    bool learned = false;
};

/// A row, or one answer of a pair, token by token.
struct MaskPreview {
    int64_t line = 0;
    std::string part;  // "chosen", "rejected"; else empty
    std::vector<MaskedToken> tokens;
};

struct TokenCheckOptions {
    int64_t max_seq_len = 0;
    bool truncate = false;
    size_t preview_rows = 3;
};

class TokenCheck {
public:
    TokenCheck(const engine::ChatFormat& format, DataKind kind, TokenCheckOptions options)
        : m_format(format), m_kind(kind), m_options(options) {}

    /// row: mapped and checked.
    void add(int64_t line, const nlohmann::json& row);
    std::vector<Finding> finish();

    const std::vector<int64_t>& lengths() const { return m_lengths; }
    int64_t learnedTokens() const { return m_learned; }
    int64_t tooLongRows() const { return m_tooLong.count; }
    int64_t tokensBeyond() const { return m_beyond; }
    const std::vector<MaskPreview>& previews() const { return m_previews; }

private:
    void take(int64_t line, const char* part, const core::Result<TokenizedExample>& example);
    void measure(int64_t line, int64_t length);

    const engine::ChatFormat& m_format;
    DataKind m_kind;
    TokenCheckOptions m_options;
    std::vector<int64_t> m_lengths;
    int64_t m_learned = 0;
    int64_t m_beyond = 0;
    size_t m_shownRows = 0;
    std::vector<MaskPreview> m_previews;
    LineProblems m_problems;
    Finding m_tooLong{.code = "too_long"};
};

}  // namespace hearth::finetune
