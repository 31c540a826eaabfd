// What a report has to say about some rows of a data set.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace hearth::finetune {

struct Finding {
    bool error = false;  // blocks training; else it is for the user to judge
    std::string code;    // as reports say it: "near_duplicates"
    std::string message;
    int64_t count = 0;                 // rows
    std::vector<int64_t> lines;        // of the first rows
    std::vector<std::string> samples;  // masked

    static constexpr size_t kLines = 10;
    static constexpr size_t kSamples = 3;

    void addRow(int64_t line) {
        ++count;
        if (lines.size() < kLines)
            lines.push_back(line);
    }
};

/// "1 row", "7 rows".
inline std::string rowsText(int64_t count) {
    return std::to_string(count) + (count == 1 ? " row" : " rows");
}

}  // namespace hearth::finetune
