#include "finetune/data/gate/token_check.h"

#include <nlohmann/json.hpp>

#include "finetune/data/gate/private_data.h"
#include "finetune/data/preference_dataset.h"
#include "finetune/data/prompt_dataset.h"
#include "finetune/model/packed_batch.h"

namespace hearth::finetune {

namespace {

// Longer than any example that a model can take: rows are measured before they are judged.
constexpr int64_t kUnlimited = int64_t(1) << 40;

/// The tokens of an example with the last label behind them. A token is learned when it is the
/// label of the position before it.
std::vector<MaskedToken> maskedTokens(const engine::Tokenizer& tokenizer,
                                      const TokenizedExample& example) {
    std::vector<int32_t> ids = example.ids;
    if (!example.labels.empty() && example.labels.back() != kIgnoredLabel)
        ids.push_back(example.labels.back());
    std::string text;
    std::vector<size_t> ends;
    for (const int32_t id : ids) {
        text += tokenizer.tokenBytes(id);
        ends.push_back(text.size());
    }
    text = maskPrivateData(text);
    std::vector<MaskedToken> tokens;
    for (size_t i = 0; i < ids.size(); ++i) {
        const size_t begin = i ? ends[i - 1] : 0;
        tokens.push_back({ids[i], text.substr(begin, ends[i] - begin),
                          i > 0 && example.labels[i - 1] != kIgnoredLabel});
    }
    return tokens;
}

}  // namespace

void TokenCheck::measure(int64_t line, int64_t length) {
    m_lengths.push_back(length);
    // A document becomes several examples.
    if (m_kind == DataKind::Text || length <= m_options.max_seq_len)
        return;
    m_tooLong.addRow(line);
    m_beyond += length - m_options.max_seq_len;
}

void TokenCheck::take(int64_t line, const char* part,
                      const core::Result<TokenizedExample>& example) {
    if (!example)
        return m_problems.add(line, example.error().message);
    const auto length = int64_t(example->ids.size());
    measure(line, length);
    const int64_t kept = std::min(length, m_options.max_seq_len);
    const int64_t learned =
        kept - std::count(example->labels.begin(), example->labels.begin() + kept, kIgnoredLabel);
    m_learned += learned;
    if (learned == 0 && m_kind != DataKind::Prompt && m_options.truncate)
        m_problems.add(line, "no token of it is learned after truncation to max_seq_len");
    if (m_shownRows < m_options.preview_rows)
        m_previews.push_back({line, part, maskedTokens(m_format.tokenizer(), *example)});
}

void TokenCheck::add(int64_t line, const nlohmann::json& row) {
    const TokenizeOptions all{.max_seq_len = kUnlimited};
    const auto first =
        [](core::Result<TokenizedDataset> dataset) -> core::Result<TokenizedExample> {
        if (!dataset)
            return core::Error{dataset.error().code,
                               dataset.error().problems.empty()
                                   ? dataset.error().message
                                   : dataset.error().problems[0].message,
                               {}};
        return std::move(dataset->examples.at(0));
    };
    int64_t truncated = 0;
    switch (m_kind) {
        case DataKind::Chat:
            take(line, "",
                 tokenizeChatExample(m_format, parseChatRow(row).value(), all, truncated));
            break;
        case DataKind::Preference: {
            const auto pair = parsePreferenceRow(row).value();
            take(line, "chosen", tokenizeChatExample(m_format, pair.chosen, all, truncated));
            take(line, "rejected", tokenizeChatExample(m_format, pair.rejected, all, truncated));
            break;
        }
        case DataKind::Prompt:
            take(line, "", first(tokenizePrompts(m_format, {parsePromptRow(row).value()}, all)));
            break;
        case DataKind::Text:
            take(line, "", tokenizeDocument(m_format.tokenizer(), row["text"]));
            break;
    }
    ++m_shownRows;
}

std::vector<Finding> TokenCheck::finish() {
    std::vector<Finding> findings;
    for (const RepeatedProblem& problem : m_problems.list())
        findings.push_back({.error = true,
                            .code = "untrainable",
                            .message = problem.message,
                            .count = problem.count,
                            .lines = {problem.line}});
    if (m_tooLong.count > 0) {
        m_tooLong.error = !m_options.truncate;
        m_tooLong.message = rowsText(m_tooLong.count) + " longer than max_seq_len " +
                            std::to_string(m_options.max_seq_len) + "; " +
                            std::to_string(m_beyond) + " tokens of them " +
                            (m_options.truncate ? "are cut off" : "would be cut off by truncate");
        findings.push_back(m_tooLong);
    }
    if (m_learned == 0 && m_kind != DataKind::Prompt)
        findings.push_back({.error = true,
                            .code = "nothing_learned",
                            .message = "no token of the whole data set is learned",
                            .count = int64_t(m_lengths.size())});
    return findings;
}

}  // namespace hearth::finetune
