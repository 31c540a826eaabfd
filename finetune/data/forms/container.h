// The file formats that rows come in, told by the content alone, so that a worker, which knows no
// file names, reads what an upload was accepted as.
#pragma once
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace hearth::finetune {

enum class Container {
    Jsonl,      // one object a line
    JsonArray,  // one array of objects
    Csv,        // RFC 4180 with a header; a semicolon or tab may stand for the comma
    Markdown,   // documents, as Text
    Text,       // documents, separated by lines that hold only <|endoftext|>
};
const char* containerName(Container container);

/// JSON when it begins like it; a table when its first record names the fields of a form; else
/// text, with a heading outside of code Markdown.
Container recogniseContainer(std::string_view content);
/// What a file's name promises; nothing where anything may be in it.
std::optional<Container> promisedContainer(std::string_view filename);

/// A row that was read, or why it could not be.
using ReadRow = core::Result<nlohmann::json>;
/// line: where the row begins, from 1. Returns false to stop.
using RowVisitor = std::function<bool(int64_t line, ReadRow row)>;

/// All rows, in order; every good one is an object.
void forEachRow(std::string_view content, Container container, const RowVisitor& visit);

// The readers, one a file.
void readJsonlRows(std::string_view content, const RowVisitor& visit);
void readJsonArrayRows(std::string_view content, const RowVisitor& visit);
void readCsvRows(std::string_view content, const RowVisitor& visit);
void readDocumentRows(std::string_view content, Container container, const RowVisitor& visit);

/// Whether the content's first record names the fields of a form.
bool looksLikeCsv(std::string_view content);
bool looksLikeMarkdown(std::string_view content);

/// One JSON object of a data set. Errors: InvalidArgument without the line's number.
ReadRow parseRow(std::string_view text);
inline constexpr size_t kMaxRowBytes = 4 << 20;

inline constexpr std::string_view kDocumentSeparator = "<|endoftext|>";
/// Non-blank documents of a text, in order, without surrounding line ends.
std::vector<std::string_view> splitDocuments(std::string_view text);

std::string_view withoutByteOrderMark(std::string_view content);

}  // namespace hearth::finetune
