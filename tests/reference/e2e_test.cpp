// Text to ids to a greedy continuation and back to text, for every golden model.
#include <fstream>

#include "engine/cpu/cpu_backend.h"
#include "engine/formats/tokenizer.h"
#include "tests/reference/golden.h"

namespace hearth::reference {
namespace {

class EndToEndTest : public testing::TestWithParam<std::string> {};

TEST_P(EndToEndTest, TextBecomesTheGoldenText) {
    std::ifstream file(modelDir(GetParam()) / "e2e.json");
    const auto expected = nlohmann::json::parse(file);
    const auto tokenizer = engine::Tokenizer::load(modelDir(GetParam())).valueOrThrow();
    auto ids = tokenizer->encode(expected.at("prompt_text").get<std::string>());
    if (expected.at("add_bos").get<bool>())
        ids.insert(ids.begin(), tokenizer->bosId().value());
    EXPECT_EQ(ids, expected.at("prompt_ids").get<std::vector<int32_t>>());

    const auto backend = engine::createCpuBackend();
    Runner runner(*backend, GetParam());
    const auto count = expected.at("max_new_tokens").get<size_t>();
    Runner::Sequence sequence(runner, int64_t(ids.size() + count));
    std::vector<int32_t> produced{argmax(sequence.run(ids, true, 1))};
    while (produced.size() < count) {
        const int32_t last = produced.back();
        produced.push_back(argmax(sequence.run(std::span(&last, 1), false, 1)));
    }
    EXPECT_EQ(produced, expected.at("greedy_ids").get<std::vector<int32_t>>());
    EXPECT_EQ(tokenizer->decode(produced, false), expected.at("greedy_text").get<std::string>());
}

INSTANTIATE_TEST_SUITE_P(Models, EndToEndTest, testing::ValuesIn(knownModels()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace hearth::reference
