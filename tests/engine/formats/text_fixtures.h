// Reference data for the tokenizer and chat template tests.
#pragma once
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/formats/tokenizer.h"

namespace hearth::engine {

std::filesystem::path referenceDir(const std::string& below);
std::string readReference(const std::filesystem::path& file);
/// The objects of a JSON lines file, members in their order.
std::vector<nlohmann::ordered_json> readJsonLines(const std::filesystem::path& file);

const Tokenizer& tinyTokenizer();
/// tokenizer.json of the tiny tokenizer, to be changed by a test.
nlohmann::json tinyTokenizerJson();

}  // namespace hearth::engine
