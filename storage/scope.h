#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace hearth::storage {

/// Who made a row and which department may see it.
struct Owner {
    std::string userId;
    std::string departmentId;
};

/// What a query may see. Every read of tenants' data takes one, so it cannot be forgotten.
class Scope {
public:
    static Scope department(std::string id) { return Scope(std::move(id), false); }
    /// Administrators, and the node itself.
    static Scope everything() { return Scope("", true); }

    const std::string& departmentId() const { return m_departmentId; }
    bool seesEverything() const { return m_everything; }

private:
    Scope(std::string id, bool everything)
        : m_departmentId(std::move(id)), m_everything(everything) {}

    std::string m_departmentId;
    bool m_everything;
};

/// Which part of a list. `after` is the id of the last item of the page before.
struct Page {
    std::string after;
    std::int64_t limit = 20;
    bool oldestFirst = false;
};

template <typename T>
struct Listed {
    std::vector<T> items;
    bool hasMore = false;
};

}  // namespace hearth::storage
