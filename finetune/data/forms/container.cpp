#include "finetune/data/forms/container.h"

#include "core/json.h"
#include "core/strings.h"
#include "finetune/data/line_problems.h"

namespace hearth::finetune {

namespace {

constexpr std::string_view kSpace = " \t\r\n";

/// The first characters that are no white space.
std::string_view beginning(std::string_view content) {
    content = withoutByteOrderMark(content);
    content.remove_prefix(std::min(content.find_first_not_of(kSpace), content.size()));
    return content;
}

bool beginsJsonArray(std::string_view content) {
    if (!content.starts_with('['))
        return false;
    content.remove_prefix(1);
    const std::string_view inner = beginning(content);
    return inner.starts_with('{') || inner.starts_with(']');
}

}  // namespace

const char* containerName(Container container) {
    switch (container) {
        case Container::Jsonl:
            return "jsonl";
        case Container::JsonArray:
            return "json";
        case Container::Csv:
            return "csv";
        case Container::Markdown:
            return "markdown";
        case Container::Text:
            break;
    }
    return "text";
}

Container recogniseContainer(std::string_view content) {
    const std::string_view start = beginning(content);
    if (start.starts_with('{'))
        return Container::Jsonl;
    if (beginsJsonArray(start))
        return Container::JsonArray;
    if (looksLikeCsv(content))
        return Container::Csv;
    return looksLikeMarkdown(content) ? Container::Markdown : Container::Text;
}

std::optional<Container> promisedContainer(std::string_view filename) {
    const std::string name = core::toLowerAscii(filename);
    const auto ends = [&](std::string_view ending) { return name.ends_with(ending); };
    if (ends(".jsonl") || ends(".ndjson"))
        return Container::Jsonl;
    if (ends(".csv") || ends(".tsv"))
        return Container::Csv;
    return std::nullopt;
}

void forEachRow(std::string_view content, Container container, const RowVisitor& visit) {
    switch (container) {
        case Container::Jsonl:
            return readJsonlRows(content, visit);
        case Container::JsonArray:
            return readJsonArrayRows(content, visit);
        case Container::Csv:
            return readCsvRows(content, visit);
        case Container::Markdown:
        case Container::Text:
            return readDocumentRows(content, container, visit);
    }
}

ReadRow parseRow(std::string_view text) {
    if (text.size() > kMaxRowBytes)
        return core::Error{core::ErrorCode::InvalidArgument,
                           "is " + std::to_string(text.size()) + " bytes long, more than " +
                               std::to_string(kMaxRowBytes),
                           {}};
    CORE_ASSIGN(nlohmann::json row, core::parseJson(text, "example"));
    if (!row.is_object())
        return core::Error{core::ErrorCode::InvalidArgument, "must be a JSON object", {}};
    return row;
}

void readJsonlRows(std::string_view content, const RowVisitor& visit) {
    forEachLine(content, [&](int64_t number, std::string_view line) {
        return isBlank(line) || visit(number, parseRow(line));
    });
}

std::string_view withoutByteOrderMark(std::string_view content) {
    if (content.starts_with("\xEF\xBB\xBF"))
        content.remove_prefix(3);
    return content;
}

}  // namespace hearth::finetune
