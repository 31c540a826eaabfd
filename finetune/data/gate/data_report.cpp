#include "finetune/data/gate/data_report.h"

#include <algorithm>
#include <iterator>

#include "finetune/data/checked_row.h"
#include "finetune/data/gate/duplicates.h"
#include "finetune/data/gate/overlap.h"
#include "finetune/data/gate/private_data_findings.h"

namespace hearth::finetune {

namespace {

int64_t characters(std::string_view text) {
    return std::count_if(text.begin(), text.end(),
                         [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

/// Everything that looks at each row, in one pass.
class Reporter {
public:
    Reporter(const RecognisedForm& form, const ReportOptions& options,
             std::optional<OverlapFinder> overlap)
        : m_options(options), m_overlap(std::move(overlap)) {
        m_report.form = form;
        if (options.format)
            m_tokens.emplace(*options.format, form.form->kind, options.tokens);
    }

    void add(int64_t line, const ReadRow& row) {
        const core::Status status =
            row ? checkMappedRow(m_report.form.form->kind, *row) : core::Status(row.error());
        if (!status)
            return m_problems.add(line, status.error().message);
        ++m_report.rows;
        const RowText text = rowText(*row);
        if (m_report.preview.size() < m_options.tokens.preview_rows)
            m_report.preview.emplace_back(line, maskedRow(*row));
        m_private.add(line, *row);
        if (!m_options.errors_only)
            m_duplicates.add(line, *row, text);
        if (m_overlap)
            m_overlap->add(line, text);
        if (m_tokens)
            m_tokens->add(line, *row);
        else
            m_report.lengths.push_back(characters(text.whole));
    }

    DataReport finish() {
        addSchemaFindings();
        append(m_private.finish());
        append(m_duplicates.finish());
        if (m_overlap)
            append(m_overlap->finish());
        if (m_tokens) {
            append(m_tokens->finish());
            m_report.lengths = m_tokens->lengths();
            m_report.learnedTokens = m_tokens->learnedTokens();
            m_report.tooLongRows = m_tokens->tooLongRows();
            m_report.tokensBeyond = m_tokens->tokensBeyond();
            m_report.masks = m_tokens->previews();
        }
        std::sort(m_report.lengths.begin(), m_report.lengths.end());
        std::stable_sort(m_report.findings.begin(), m_report.findings.end(),
                         [](const auto& a, const auto& b) { return a.error && !b.error; });
        return std::move(m_report);
    }

private:
    void append(std::vector<Finding> findings) {
        std::move(findings.begin(), findings.end(), std::back_inserter(m_report.findings));
    }

    void addSchemaFindings() {
        for (const RepeatedProblem& problem : m_problems.list())
            m_report.findings.push_back({.error = true,
                                         .code = "schema",
                                         .message = problem.message,
                                         .count = problem.count,
                                         .lines = {problem.line}});
        if (m_report.rows == 0 && m_problems.empty())
            m_report.findings.push_back(
                {.error = true, .code = "empty", .message = "the data set has no example"});
    }

    const ReportOptions& m_options;
    DataReport m_report;
    LineProblems m_problems;
    PrivateDataCounter m_private;
    DuplicateFinder m_duplicates;
    std::optional<OverlapFinder> m_overlap;
    std::optional<TokenCheck> m_tokens;
};

}  // namespace

bool DataReport::blocks() const {
    return std::any_of(findings.begin(), findings.end(), [](const auto& f) { return f.error; });
}

core::Result<DataReport> reportOn(std::string_view content, const RecognisedForm& form,
                                  const ReportOptions& options) {
    std::optional<OverlapFinder> overlap;
    if (options.against) {
        CORE_ASSIGN(overlap, OverlapFinder::of(*options.against));
    }
    Reporter reporter(form, options, std::move(overlap));
    forEachMappedRow(content, form, [&](int64_t line, const ReadRow& row) {
        reporter.add(line, row);
        return true;
    });
    return reporter.finish();
}

core::Status checkTrainable(std::string_view content, DataKind kind,
                            const engine::ChatFormat& format, const TokenCheckOptions& options) {
    const ReportOptions wanted{
        .format = &format, .tokens = options, .against = std::nullopt, .errors_only = true};
    CORE_ASSIGN(const DataReport report, reportOn(content, recogniseFormOf(content, kind), wanted));
    core::Error error{core::ErrorCode::InvalidArgument, "", {}};
    for (const Finding& finding : report.findings) {
        if (!finding.error)
            continue;
        const int64_t line = finding.lines.empty() ? 0 : finding.lines[0];
        const std::string text = finding.message + (finding.count > 1 && finding.code == "schema"
                                                        ? " (" + rowsText(finding.count) + ")"
                                                        : "");
        error.message += (error.message.empty() ? "" : "; ") +
                         (line > 0 ? "line " + std::to_string(line) + ": " : "") + text;
        if (line > 0)
            error.problems.push_back({line, text});
    }
    return error.message.empty() ? core::Status() : core::Status(error);
}

}  // namespace hearth::finetune
