// A line of a data set of conversations.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

namespace hearth::test {

inline std::string chatRow(const std::string& question, const std::string& answer) {
    return nlohmann::json{{"messages",
                           {{{"role", "user"}, {"content", question}},
                            {{"role", "assistant"}, {"content", answer}}}}}
               .dump() +
           "\n";
}

}  // namespace hearth::test
