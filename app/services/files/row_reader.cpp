#include "app/services/files/row_reader.h"

#include <algorithm>

#include "core/json.h"
#include "engine/formats/case_fold.h"
#include "finetune/data/line_problems.h"

namespace hearth::app {
namespace {

using nlohmann::json;

json parseRow(std::string_view line) {
    auto parsed = core::parseJson(line, "row");
    return parsed ? std::move(*parsed) : json(std::string(line));
}

/// True when any text in the value contains what is looked for. REQUIRES: `folded` is folded.
bool contains(const json& value, const std::string& folded) {
    if (value.is_string())
        return engine::utf8::foldCase(value.get_ref<const std::string&>()).find(folded) !=
               std::string::npos;
    return value.is_structured() && std::any_of(value.begin(), value.end(), [&](const json& part) {
               return contains(part, folded);
           });
}

}  // namespace

FileRows readRows(std::string_view text, const RowQuery& query) {
    const std::string search = engine::utf8::foldCase(query.search);
    FileRows found;
    finetune::forEachLine(text, [&](int64_t number, std::string_view line) {
        if (finetune::isBlank(line))
            return true;
        ++found.total;
        const bool onPage =
            found.matched >= query.offset && found.matched - query.offset < query.limit;
        // Without a search, lines beside the page need not be parsed.
        if (search.empty() && !onPage) {
            ++found.matched;
            return true;
        }
        json value = parseRow(line);
        if (!search.empty() && !contains(value, search))
            return true;
        ++found.matched;
        if (onPage)
            found.rows.push_back({number, std::move(value)});
        return true;
    });
    return found;
}

}  // namespace hearth::app
