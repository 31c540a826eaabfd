// The part of DatasetService that makes versions out of versions, and compares them.
#include <cmath>

#include "app/services/accounts/scope_of.h"
#include "app/services/datasets/dataset_service.h"
#include "core/crypto/sha256.h"
#include "finetune/data/row_text.h"
#include "finetune/data/versions/diff.h"
#include "finetune/data/versions/mix.h"
#include "finetune/data/versions/split.h"

namespace hearth::app {
namespace {

using nlohmann::json;

constexpr size_t kMaxParts = 16;
constexpr size_t kMaxSources = 32;
constexpr int64_t kMaxMixedRows = 50'000'000;
constexpr double kRounding = 1e-9;  // of shares like 0.1 + 0.2 + 0.7

core::Error invalid(const std::string& message, const char* parameter) {
    return {core::ErrorCode::InvalidArgument, message, parameter};
}

std::vector<std::string> hashesOf(const std::vector<std::string>& lines) {
    std::vector<std::string> hashes;
    for (const std::string& line : lines)
        hashes.push_back(core::sha256Hex(line));
    return hashes;
}

core::Status checkParts(const SplitRequest& request) {
    double sum = 0;
    for (const auto& [name, share] : request.parts) {
        if (!(share > 0 && share <= 1))
            return invalid("the share of part '" + name + "' must be above 0 and at most 1",
                           "parts");
        sum += share;
    }
    if (request.parts.empty() || request.parts.size() > kMaxParts || sum > 1 + kRounding)
        return invalid("parts must be 1 to 16 names with shares that make at most 1", "parts");
    return {};
}

json versionJson(const NamedVersion& version) {
    return {{"dataset", version.dataset},
            {"version", version.row.number},
            {"sha256", version.row.sha256}};
}

std::vector<finetune::RowIdentity> identitiesOf(const std::vector<std::string>& lines) {
    std::vector<finetune::RowIdentity> rows;
    for (const std::string& line : lines) {
        const auto text = finetune::rowText(json::parse(line));
        // A document is known by its first line, which is its title.
        const std::string prompt =
            text.prompt.empty() ? text.whole.substr(0, text.whole.find('\n')) : text.prompt;
        rows.push_back({core::sha256Hex(line), prompt});
    }
    return rows;
}

}  // namespace

core::Result<std::vector<NamedVersion>> DatasetService::split(const Principal& principal,
                                                              const SplitRequest& request) {
    CORE_TRY(checkParts(request));
    CORE_ASSIGN(const NamedVersion from, version(principal, request.version));
    CORE_ASSIGN(const auto lines, linesOf(from.row));
    std::vector<double> shares;
    for (const auto& [name, share] : request.parts)
        shares.push_back(share);
    const auto partOf = finetune::splitRows(hashesOf(lines), request.seed, shares);
    std::vector<NewVersion> parts;
    for (const auto& [name, share] : request.parts)
        parts.push_back({.name = from.dataset + "." + name,
                         .kind = from.row.kind,
                         .lines = {},
                         .source = {{"split",
                                     {{"of", versionJson(from)},
                                      {"seed", request.seed},
                                      {"part", name},
                                      {"share", share}}}}});
    for (size_t i = 0; i < lines.size(); ++i)
        if (partOf[i] < parts.size())
            parts[partOf[i]].lines.push_back(lines[i]);
    for (const NewVersion& part : parts)
        if (part.lines.empty())
            return invalid("part '" + part.name + "' would have no row; the data set has " +
                               std::to_string(lines.size()),
                           "parts");
    for (const NewVersion& part : parts)
        CORE_TRY(checkStorable(principal, part));
    std::vector<NamedVersion> stored;
    for (const NewVersion& part : parts) {
        CORE_ASSIGN(NamedVersion version, store(principal, part));
        stored.push_back(std::move(version));
    }
    return stored;
}

core::Result<NamedVersion> DatasetService::mix(const Principal& principal,
                                               const MixRequest& request) {
    if (request.sources.empty() || request.sources.size() > kMaxSources)
        return invalid("sources must name 1 to 32 data sets", "sources");
    std::vector<finetune::MixSource> sources;
    std::vector<std::vector<std::string>> lines;
    NewVersion mixed{.name = request.name, .kind = {}, .lines = {}, .source = {}};
    json list = json::array();
    for (const MixRequest::Source& source : request.sources) {
        CORE_ASSIGN(const NamedVersion from, version(principal, source.version));
        if (!mixed.kind.empty() && mixed.kind != from.row.kind)
            return invalid(
                "data sets of kinds " + mixed.kind + " and " + from.row.kind + " cannot be mixed",
                "sources");
        mixed.kind = from.row.kind;
        lines.emplace_back();
        CORE_ASSIGN(lines.back(), linesOf(from.row));
        sources.push_back({from.dataset, source.weight, hashesOf(lines.back())});
        list.push_back(versionJson(from));
        list.back()["weight"] = source.weight;
    }
    const int64_t rows = request.rows ? request.rows : finetune::rowsOfMix(sources);
    if (rows < 1 || rows > kMaxMixedRows)
        return invalid("a mix has 1 to " + std::to_string(kMaxMixedRows) +
                           " rows; this one would "
                           "have " +
                           std::to_string(rows),
                       "rows");
    for (const auto& row : finetune::mixRows(sources, rows, request.seed))
        mixed.lines.push_back(lines[row.source][row.row]);
    mixed.source = {
        {"mix", {{"sources", std::move(list)}, {"seed", request.seed}, {"rows", rows}}}};
    return store(principal, mixed);
}

core::Result<VersionDiff> DatasetService::diff(const Principal& principal,
                                               const std::string& dataset, int64_t from, int64_t to,
                                               int64_t limit) {
    CORE_ASSIGN(const NamedVersion before, version(principal, {dataset, from}));
    CORE_ASSIGN(const NamedVersion after, version(principal, {dataset, to}));
    CORE_ASSIGN(const auto oldLines, linesOf(before.row));
    CORE_ASSIGN(const auto newLines, linesOf(after.row));
    const auto found = finetune::diffRows(identitiesOf(oldLines), identitiesOf(newLines));
    VersionDiff diff{.from = before.row.number,
                     .to = after.row.number,
                     .added = int64_t(found.added.size()),
                     .removed = int64_t(found.removed.size()),
                     .changed = int64_t(found.changed.size()),
                     .unchanged = found.unchanged};
    const auto oldRow = [&](size_t i) { return DiffRow{int64_t(i) + 1, json::parse(oldLines[i])}; };
    const auto newRow = [&](size_t i) { return DiffRow{int64_t(i) + 1, json::parse(newLines[i])}; };
    const auto shown = [&](const auto& all) { return std::min(all.size(), size_t(limit)); };
    for (size_t i = 0; i < shown(found.added); ++i)
        diff.addedRows.push_back(newRow(found.added[i]));
    for (size_t i = 0; i < shown(found.removed); ++i)
        diff.removedRows.push_back(oldRow(found.removed[i]));
    for (size_t i = 0; i < shown(found.changed); ++i)
        diff.changedRows.emplace_back(oldRow(found.changed[i].first),
                                      newRow(found.changed[i].second));
    return diff;
}

}  // namespace hearth::app
