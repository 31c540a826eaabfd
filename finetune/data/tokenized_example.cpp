#include "finetune/data/tokenized_example.h"

#include <nlohmann/json.hpp>

#include "finetune/data/forms/recognise.h"
#include "finetune/data/line_problems.h"
#include "finetune/model/packed_batch.h"

namespace hearth::finetune {

namespace {

core::Error invalid(std::string message) {
    return {core::ErrorCode::InvalidArgument, std::move(message), {}};
}

/// Takes the messages of weight 0 out of the mask. Each run of ones is one assistant message.
core::Status applyWeights(const std::vector<bool>& learned, std::vector<uint8_t>& mask) {
    if (std::find(learned.begin(), learned.end(), false) == learned.end())
        return {};
    size_t run = 0;
    for (size_t i = 0; i < mask.size(); ++i) {
        if (!mask[i])
            continue;
        const bool last = i + 1 == mask.size() || !mask[i + 1];
        const bool keep = run < learned.size() && learned[run];
        mask[i] = keep;
        run += last;
    }
    if (run != learned.size())
        return invalid(
            "weights cannot be used: the chat template does not keep the assistant's "
            "messages apart");
    return {};
}

std::vector<int32_t> shiftedLabels(const std::vector<int32_t>& ids,
                                   const std::vector<uint8_t>& mask) {
    std::vector<int32_t> labels(ids.size(), kIgnoredLabel);
    for (size_t i = 0; i + 1 < ids.size(); ++i)
        if (mask[i + 1])
            labels[i] = ids[i + 1];
    return labels;
}

TokenizedExample tokenizePlainText(const engine::Tokenizer& tokenizer, const PlainText& text) {
    // All of it is literal: a control token's name in it is ordinary text.
    const auto encode = [&](const std::string& part, bool continues) {
        const engine::TextRange literal{0, part.size()};
        return tokenizer.encodeMarked(part, {&literal, 1}, continues);
    };
    std::vector<int32_t> ids;
    if (const auto bos = tokenizer.bosId())
        ids.push_back(*bos);
    const auto head = encode(text.prompt, false), tail = encode(text.answer, !text.prompt.empty());
    ids.insert(ids.end(), head.begin(), head.end());
    const size_t learnedFrom = ids.size();
    ids.insert(ids.end(), tail.begin(), tail.end());
    if (const auto eos = tokenizer.eosId())
        ids.push_back(*eos);
    std::vector<uint8_t> mask(ids.size(), 0);
    std::fill(mask.begin() + long(learnedFrom), mask.end(), uint8_t{1});
    return labelledExample(ids, mask);
}

void dropUnlabelledTail(TokenizedExample& example) {
    size_t size = example.labels.size();
    while (size > 0 && example.labels[size - 1] == kIgnoredLabel)
        --size;
    example.ids.resize(size);
    example.labels.resize(size);
}

/// Pieces of at most max_seq_len positions; the label of a piece's last position is the first
/// token of the next.
void addPieces(const TokenizedExample& whole, int64_t maxLength, TokenizedDataset& dataset) {
    const size_t positions = whole.ids.size();
    for (size_t begin = 0; begin < positions; begin += size_t(maxLength)) {
        const size_t end = std::min(positions, begin + size_t(maxLength));
        TokenizedExample piece;
        piece.ids.assign(whole.ids.begin() + long(begin), whole.ids.begin() + long(end));
        piece.labels.assign(whole.labels.begin() + long(begin), whole.labels.begin() + long(end));
        dataset.examples.push_back(std::move(piece));
    }
}

}  // namespace

int64_t TokenizedExample::labelCount() const {
    return int64_t(labels.size()) - std::count(labels.begin(), labels.end(), kIgnoredLabel);
}

int64_t TokenizedDataset::tokens() const {
    int64_t sum = 0;
    for (const TokenizedExample& example : examples)
        sum += int64_t(example.ids.size());
    return sum;
}

int64_t TokenizedDataset::labels() const {
    int64_t sum = 0;
    for (const TokenizedExample& example : examples)
        sum += example.labelCount();
    return sum;
}

core::Result<TokenizedExample> fitted(TokenizedExample result, const TokenizeOptions& options,
                                      int64_t& truncated) {
    dropUnlabelledTail(result);
    const int64_t length = int64_t(result.ids.size());
    if (length > options.max_seq_len) {
        if (!options.truncate)
            return invalid("has " + std::to_string(length) + " tokens, more than max_seq_len " +
                           std::to_string(options.max_seq_len));
        result.ids.resize(size_t(options.max_seq_len));
        result.labels.resize(size_t(options.max_seq_len));
        dropUnlabelledTail(result);
        ++truncated;
    }
    if (result.ids.empty())
        return invalid(length == 0 ? "no token of it is learned: the chat template marks nothing "
                                     "as the assistant's"
                                   : "no token of it is learned after truncation to max_seq_len");
    return result;
}

TokenizedExample labelledExample(const std::vector<int32_t>& ids,
                                 const std::vector<uint8_t>& mask) {
    return {ids, shiftedLabels(ids, mask)};
}

core::Result<TokenizedExample> tokenizeChatExample(const engine::ChatFormat& format,
                                                   const ChatExample& example,
                                                   const TokenizeOptions& options,
                                                   int64_t& truncated) {
    if (example.text)
        return fitted(tokenizePlainText(format.tokenizer(), *example.text), options, truncated);
    nlohmann::json extra = nlohmann::json::object();
    if (!example.tools.is_null())
        extra["tools"] = example.tools;
    CORE_ASSIGN(auto rendered, format.encodeConversation(example.messages, extra));
    CORE_TRY(applyWeights(example.learned, rendered.assistant_mask));
    return fitted(labelledExample(rendered.ids, rendered.assistant_mask), options, truncated);
}

core::Result<TokenizedDataset> tokenizeChat(const engine::ChatFormat& format,
                                            const std::vector<ChatExample>& examples,
                                            const TokenizeOptions& options) {
    TokenizedDataset dataset;
    LineProblems problems;
    for (const ChatExample& example : examples) {
        auto tokenized = tokenizeChatExample(format, example, options, dataset.truncated);
        if (tokenized)
            dataset.examples.push_back(std::move(*tokenized));
        else
            problems.add(example.line, tokenized.error().message);
        if (problems.full())
            break;
    }
    CORE_TRY(problems.status({}));
    return dataset;
}

core::Result<std::vector<std::string>> readDocuments(std::string_view text,
                                                     const std::string& label) {
    LineProblems problems;
    std::vector<std::string> documents;
    forEachMappedRow(text, recogniseFormOf(text, DataKind::Text),
                     [&](int64_t line, const ReadRow& row) {
                         if (row)
                             documents.push_back((*row)["text"].get<std::string>());
                         else
                             problems.add(line, row.error().message);
                         return !problems.full();
                     });
    CORE_TRY(problems.status(label));
    return documents;
}

TokenizedExample tokenizeDocument(const engine::Tokenizer& tokenizer, const std::string& document) {
    std::vector<int32_t> ids;
    if (const auto bos = tokenizer.bosId())
        ids.push_back(*bos);
    // The whole document is literal: a control token's name in it is ordinary text.
    const engine::TextRange literal{0, document.size()};
    const auto body = tokenizer.encodeMarked(document, {&literal, 1});
    ids.insert(ids.end(), body.begin(), body.end());
    if (const auto eos = tokenizer.eosId())
        ids.push_back(*eos);
    if (ids.size() < 2)
        return {};
    TokenizedExample example;
    example.ids.assign(ids.begin(), ids.end() - 1);
    example.labels.assign(ids.begin() + 1, ids.end());
    return example;
}

core::Result<TokenizedDataset> tokenizeText(const engine::Tokenizer& tokenizer,
                                            std::string_view text, const TokenizeOptions& options) {
    TokenizedDataset dataset;
    CORE_ASSIGN(const auto documents, readDocuments(text, {}));
    for (const std::string& document : documents) {
        const TokenizedExample whole = tokenizeDocument(tokenizer, document);
        if (!whole.ids.empty())
            addPieces(whole, options.max_seq_len, dataset);
    }
    if (dataset.examples.empty())
        return invalid("the data set has no text");
    return dataset;
}

}  // namespace hearth::finetune
