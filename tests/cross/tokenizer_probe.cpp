// Hearth's tokenizer for another program to ask: JSON lines in, JSON lines out.
//   tokenizer_probe DIRECTORY     reads {"text": ..., "special": bool} or {"ids": [...], "skip":
//   bool}
// and answers {"ids": [...], "decoded": ..., "streamed": ...} or {"decoded": ..., "streamed": ...}.
#include <iostream>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "engine/formats/detokenizer.h"
#include "engine/formats/tokenizer.h"

using namespace hearth;

namespace {

nlohmann::json decodings(const engine::Tokenizer& tokenizer, const std::vector<int32_t>& ids,
                         bool skipSpecial) {
    engine::StreamDetokenizer stream(tokenizer, skipSpecial);
    std::string streamed;
    for (const int32_t id : ids)
        streamed += stream.push(id);
    streamed += stream.flush();
    return {{"decoded", tokenizer.decode(ids, skipSpecial)}, {"streamed", streamed}};
}

nlohmann::json answer(const engine::Tokenizer& tokenizer, const nlohmann::json& question) {
    if (question.contains("ids"))
        return decodings(tokenizer, question["ids"], question.value("skip", true));
    const auto ids =
        tokenizer.encode(question.at("text").get<std::string>(), question.value("special", false));
    nlohmann::json result = decodings(tokenizer, ids, question.value("skip", true));
    result["ids"] = ids;
    return result;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: tokenizer_probe DIRECTORY < questions\n";
        return 2;
    }
    const auto tokenizer = engine::Tokenizer::load(argv[1]);
    if (!tokenizer) {
        std::cerr << tokenizer.error().text() << "\n";
        return 1;
    }
    std::ios::sync_with_stdio(false);
    for (std::string line; std::getline(std::cin, line);)
        std::cout << core::dumpJson(answer(**tokenizer, nlohmann::json::parse(line))) << "\n";
    return 0;
}
