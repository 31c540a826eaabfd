// Plain text and Markdown: each document is a row {"text": "..."}. The front matter of a Markdown
// document (between lines of three dashes) says something about it and is not learned.
#include "finetune/data/forms/container.h"
#include "finetune/data/line_problems.h"

namespace hearth::finetune {

namespace {

constexpr std::string_view kFence = "---";

bool isFence(std::string_view line) {
    return line.starts_with("```") || line.starts_with("~~~");
}

bool isHeading(std::string_view line) {
    const size_t level = line.find_first_not_of('#');
    return level != std::string_view::npos && level >= 1 && level <= 6 && line[level] == ' ';
}

/// What follows a front matter; all of it where there is none or it does not end.
std::string_view withoutFrontMatter(std::string_view document) {
    bool within = false;
    std::string_view rest = document;
    forEachLine(document, [&](int64_t number, std::string_view line) {
        if (number == 1) {
            within = line == kFence;
            return within;
        }
        if (line != kFence)
            return true;
        const size_t end = size_t(line.data() + line.size() - document.data());
        rest = document.substr(end);
        rest.remove_prefix(std::min(rest.find_first_not_of("\r\n"), rest.size()));
        return false;
    });
    return rest;
}

}  // namespace

std::vector<std::string_view> splitDocuments(std::string_view text) {
    std::vector<std::string_view> documents;
    const char* begin = nullptr;
    const char* end = nullptr;
    const auto finish = [&] {
        if (begin)
            documents.emplace_back(begin, size_t(end - begin));
        begin = nullptr;
    };
    forEachLine(text, [&](int64_t, std::string_view line) {
        if (line == kDocumentSeparator) {
            finish();
        } else if (!isBlank(line)) {
            begin = begin ? begin : line.data();
            end = line.data() + line.size();
        }
        return true;
    });
    finish();
    return documents;
}

bool looksLikeMarkdown(std::string_view content) {
    bool found = false, code = false;
    forEachLine(content, [&](int64_t, std::string_view line) {
        if (isFence(line))
            code = !code;
        found = !code && isHeading(line);
        return !found;
    });
    return found;
}

void readDocumentRows(std::string_view content, Container container, const RowVisitor& visit) {
    content = withoutByteOrderMark(content);
    int64_t line = 1;
    const char* counted = content.data();
    for (std::string_view document : splitDocuments(content)) {
        line += std::count(counted, document.data(), '\n');
        counted = document.data();
        if (container == Container::Markdown)
            document = withoutFrontMatter(document);
        if (!isBlank(document) && !visit(line, nlohmann::json{{"text", std::string(document)}}))
            return;
    }
}

}  // namespace hearth::finetune
