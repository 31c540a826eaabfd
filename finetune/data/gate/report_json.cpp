#include "finetune/data/gate/data_report.h"
#include "finetune/data/gate/similarity.h"

namespace hearth::finetune {

namespace {

using nlohmann::json;

json findingJson(const Finding& finding) {
    json object = {{"severity", finding.error ? "error" : "warning"},
                   {"code", finding.code},
                   {"message", finding.message},
                   {"count", finding.count},
                   {"lines", finding.lines}};
    if (!finding.samples.empty())
        object["samples"] = finding.samples;
    return object;
}

/// Numbers of rows up to 16, 32, 64, ...
json histogram(const std::vector<int64_t>& sorted) {
    json buckets = json::array();
    auto from = sorted.begin();
    for (int64_t limit = 16; from != sorted.end(); limit *= 2) {
        const auto to = std::upper_bound(from, sorted.end(), limit);
        if (to != from || !buckets.empty())
            buckets.push_back({{"up_to", limit}, {"rows", to - from}});
        from = to;
    }
    return buckets;
}

json lengthsJson(const std::vector<int64_t>& sorted, bool tokens) {
    // The smallest length that so many of a hundred rows do not exceed.
    const auto percentile = [&](size_t share) {
        return sorted[(sorted.size() * share + 99) / 100 - 1];
    };
    int64_t sum = 0;
    for (const int64_t length : sorted)
        sum += length;
    return {{"unit", tokens ? "tokens" : "characters"},
            {"sum", sum},
            {"min", sorted.front()},
            {"p50", percentile(50)},
            {"p90", percentile(90)},
            {"p99", percentile(99)},
            {"max", sorted.back()},
            {"histogram", histogram(sorted)}};
}

/// Neighbours that are learned, or not, together: a token may be a part of a character only.
json runsJson(const std::vector<MaskedToken>& tokens) {
    json runs = json::array();
    for (const MaskedToken& token : tokens) {
        if (runs.empty() || runs.back()["learned"] != token.learned)
            runs.push_back({{"text", ""}, {"learned", token.learned}});
        runs.back()["text"].get_ref<std::string&>() += token.text;
    }
    return runs;
}

json masksJson(const std::vector<MaskPreview>& masks) {
    json list = json::array();
    for (const MaskPreview& mask : masks) {
        json tokens = json::array();
        for (const MaskedToken& token : mask.tokens)
            tokens.push_back({{"id", token.id}, {"text", token.text}, {"learned", token.learned}});
        json object = {
            {"line", mask.line}, {"runs", runsJson(mask.tokens)}, {"tokens", std::move(tokens)}};
        if (!mask.part.empty())
            object["part"] = mask.part;
        list.push_back(std::move(object));
    }
    return list;
}

json similarityJson() {
    return {{"method", "minhash"},
            {"shingle_words", kShingleWords},
            {"hashes", kMinHashes},
            {"bands", kBands},
            {"threshold", kSimilar},
            {"missed_at_threshold", kMissedAtThreshold},
            {"most_comparisons", kMostComparisons}};
}

}  // namespace

json reportJson(const DataReport& report, const ReportOptions& options) {
    json findings = json::array(), preview = json::array();
    for (const Finding& finding : report.findings)
        findings.push_back(findingJson(finding));
    for (const auto& [line, row] : report.preview)
        preview.push_back({{"line", line}, {"row", row}});
    json object = {{"object", "dataset.report"},
                   {"container", containerName(report.form.container)},
                   {"form", report.form.form->name},
                   {"kind", dataKindName(report.form.form->kind)},
                   {"rows", report.rows},
                   {"trainable", !report.blocks()},
                   {"findings", std::move(findings)},
                   {"preview", std::move(preview)},
                   {"similarity", similarityJson()}};
    if (!report.lengths.empty())
        object["lengths"] = lengthsJson(report.lengths, options.format != nullptr);
    if (options.format) {
        object["learned_tokens"] = report.learnedTokens;
        object["truncation"] = {{"max_seq_len", options.tokens.max_seq_len},
                                {"truncate", options.tokens.truncate},
                                {"rows", report.tooLongRows},
                                {"tokens", report.tokensBeyond}};
        object["masks"] = masksJson(report.masks);
    }
    return object;
}

}  // namespace hearth::finetune
