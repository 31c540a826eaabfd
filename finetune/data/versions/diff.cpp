#include "finetune/data/versions/diff.h"

#include <deque>
#include <unordered_map>

namespace hearth::finetune {

namespace {

using Places = std::unordered_map<std::string, std::deque<size_t>>;

/// The first place of the key, taken out; npos: there is none.
size_t take(Places& places, const std::string& key) {
    const auto found = places.find(key);
    if (found == places.end() || found->second.empty())
        return std::string::npos;
    const size_t place = found->second.front();
    found->second.pop_front();
    return place;
}

}  // namespace

RowDiff diffRows(const std::vector<RowIdentity>& before, const std::vector<RowIdentity>& after) {
    Places old;
    for (size_t i = 0; i < before.size(); ++i)
        old[before[i].hash].push_back(i);
    RowDiff diff;
    std::vector<bool> gone(before.size(), true);
    std::vector<size_t> fresh;
    for (size_t i = 0; i < after.size(); ++i) {
        const size_t place = take(old, after[i].hash);
        if (place == std::string::npos) {
            fresh.push_back(i);
        } else {
            gone[place] = false;
            ++diff.unchanged;
        }
    }
    Places prompts;
    for (size_t i = 0; i < before.size(); ++i)
        if (gone[i] && !before[i].prompt.empty())
            prompts[before[i].prompt].push_back(i);
    for (const size_t i : fresh) {
        const size_t place = take(prompts, after[i].prompt);
        if (place == std::string::npos) {
            diff.added.push_back(i);
        } else {
            gone[place] = false;
            diff.changed.emplace_back(place, i);
        }
    }
    for (size_t i = 0; i < before.size(); ++i)
        if (gone[i])
            diff.removed.push_back(i);
    return diff;
}

}  // namespace hearth::finetune
