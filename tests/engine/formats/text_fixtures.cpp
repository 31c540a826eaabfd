#include "tests/engine/formats/text_fixtures.h"

#include <sstream>

#include "core/file.h"

namespace hearth::engine {

std::filesystem::path referenceDir(const std::string& below) {
    return std::filesystem::path(HEARTH_TEST_DATA_DIR) / "reference" / below;
}

std::string readReference(const std::filesystem::path& file) {
    return core::readTextFile(file).valueOrThrow();
}

std::vector<nlohmann::ordered_json> readJsonLines(const std::filesystem::path& file) {
    std::istringstream text(readReference(file));
    std::vector<nlohmann::ordered_json> objects;
    for (std::string line; std::getline(text, line);)
        objects.push_back(nlohmann::ordered_json::parse(line));
    return objects;
}

const Tokenizer& tinyTokenizer() {
    static const std::unique_ptr<Tokenizer> kTokenizer =
        Tokenizer::load(referenceDir("tokenizers/tiny")).valueOrThrow();
    return *kTokenizer;
}

nlohmann::json tinyTokenizerJson() {
    return nlohmann::json::parse(readReference(referenceDir("tokenizers/tiny/tokenizer.json")));
}

}  // namespace hearth::engine
