#include "app/services/files/row_reader.h"

#include <algorithm>

#include "core/json.h"
#include "engine/formats/case_fold.h"
#include "finetune/data/forms/recognise.h"
#include "finetune/data/line_problems.h"

namespace hearth::app {
namespace {

using nlohmann::json;

json parseLine(std::string_view line) {
    auto parsed = core::parseJson(line, "row");
    return parsed ? std::move(*parsed) : json(std::string(line));
}

json mapped(json row, const finetune::Form* form) {
    if (!form || !row.is_object())
        return row;
    auto result = form->map(row);
    return result ? std::move(*result) : std::move(row);
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

/// Takes the rows of one page while they pass by.
class RowPage {
public:
    RowPage(const RowQuery& query, bool mapped)
        : m_query(query), m_search(engine::utf8::foldCase(query.search)) {
        m_found.mapped = mapped;
    }

    /// value: gives the row; not asked for rows that need not be looked at.
    template <typename Value>
    void pass(int64_t line, Value&& value) {
        ++m_found.total;
        const bool onPage =
            m_found.matched >= m_query.offset && m_found.matched - m_query.offset < m_query.limit;
        if (m_search.empty() && !onPage) {
            ++m_found.matched;
            return;
        }
        json row = value();
        if (!m_search.empty() && !contains(row, m_search))
            return;
        ++m_found.matched;
        if (onPage)
            m_found.rows.push_back({line, std::move(row)});
    }
    FileRows take() { return std::move(m_found); }

private:
    const RowQuery& m_query;
    const std::string m_search;
    FileRows m_found;
};

/// Rows of a container whose rows cannot be passed over unread.
void passRows(std::string_view text, const finetune::Form& form, RowPage& page) {
    finetune::forEachRow(text, finetune::recogniseContainer(text),
                         [&](int64_t line, finetune::ReadRow row) {
                             if (row)
                                 page.pass(line, [&] { return mapped(std::move(*row), &form); });
                             return true;
                         });
}

}  // namespace

FileRows readRows(std::string_view text, const std::string& formName, const RowQuery& query) {
    const finetune::Form* form = finetune::findForm(formName);
    RowPage page(query, form != nullptr);
    if (form && finetune::recogniseContainer(text) != finetune::Container::Jsonl) {
        passRows(text, *form, page);
        return page.take();
    }
    finetune::forEachLine(text, [&](int64_t number, std::string_view line) {
        if (!finetune::isBlank(line))
            page.pass(number, [&] { return mapped(parseLine(line), form); });
        return true;
    });
    return page.take();
}

}  // namespace hearth::app
