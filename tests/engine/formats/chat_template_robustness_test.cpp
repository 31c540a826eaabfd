// Thousands of damaged templates: each must parse and render, or say why not, within the bounds.
#include <gtest/gtest.h>

#include <random>

#include "core/strings.h"
#include "engine/formats/chat_template/chat_template.h"
#include "tests/engine/formats/text_fixtures.h"

namespace hearth::engine {
namespace {

constexpr int kMutantsPerTemplate = 300;

class Mutator {
public:
    explicit Mutator(unsigned seed) : m_random(seed) {}

    std::string mutate(std::string text, const std::string& donor) {
        const size_t changes = 1 + below(4);
        for (size_t i = 0; i < changes && !text.empty(); ++i)
            change(text, donor);
        return text;
    }

private:
    size_t below(size_t limit) { return m_random() % limit; }

    void change(std::string& text, const std::string& donor) {
        static const std::vector<std::string> kPieces = {"{{",
                                                         "}}",
                                                         "{%",
                                                         "%}",
                                                         "{#",
                                                         "-",
                                                         "+",
                                                         "(",
                                                         ")",
                                                         "[",
                                                         "]",
                                                         "|",
                                                         ".",
                                                         "'",
                                                         "\"",
                                                         "~",
                                                         "{% if x %}",
                                                         "{% endfor %}",
                                                         "{% for m in messages %}",
                                                         "loop.",
                                                         "messages",
                                                         "not ",
                                                         " is ",
                                                         "[::-1]",
                                                         "99999999999",
                                                         "\\",
                                                         "\xff",
                                                         "\n",
                                                         ", ",
                                                         "|tojson",
                                                         "|length",
                                                         "{% set ns.x = ns %}",
                                                         "*",
                                                         "**",
                                                         "range(99999)",
                                                         "namespace(",
                                                         "{% raw %}"};
        const size_t at = below(text.size());
        const size_t length = below(20) + 1;
        switch (below(5)) {
            case 0:
                text.erase(at, length);
                break;
            case 1:
                text.insert(at, kPieces[below(kPieces.size())]);
                break;
            case 2:
                text.insert(at, donor.substr(below(donor.size()), length * 4));
                break;
            case 3:
                text[at] = static_cast<char>(below(256));
                break;
            default:
                text.insert(at, text.substr(below(text.size()), length * 8));
                break;
        }
    }

    std::minstd_rand m_random;  // the same numbers on every platform
};

class ChatTemplateRobustnessTest : public testing::TestWithParam<std::string> {};

TEST_P(ChatTemplateRobustnessTest, DamagedTemplatesNeverCrash) {
    const std::filesystem::path dir = referenceDir("chat_templates/" + GetParam());
    const std::string source = readReference(dir / "template.txt");
    const std::string donor =
        readReference(referenceDir("chat_templates/gpt_oss/template.txt")) + source;
    const auto cases = readJsonLines(dir / "cases.jsonl");
    Mutator mutator(7);
    int rendered = 0;
    int refused = 0;
    for (int i = 0; i < kMutantsPerTemplate; ++i) {
        const auto parsed = ChatTemplate::parse(mutator.mutate(source, donor));
        const auto result =
            parsed ? parsed->render(cases[static_cast<size_t>(i) % cases.size()]["input"])
                   : core::Result<std::string>(parsed.error());
        if (result) {
            ++rendered;
            EXPECT_TRUE(core::isValidUtf8(*result));
            EXPECT_LE(result->size(), RenderOptions().maxOutputBytes);
        } else {
            ++refused;
            EXPECT_FALSE(result.error().message.empty());
        }
    }
    EXPECT_GT(rendered, 0) << "every mutant was refused: the test sees only the parser";
    EXPECT_GT(refused, 0);
}

INSTANTIATE_TEST_SUITE_P(References, ChatTemplateRobustnessTest,
                         testing::Values("tiny", "deepseek_v3", "deepseek_r1_distill",
                                         "llama_cpp_deepseek_r1", "deepseek_v31", "kimi_k2",
                                         "glm_46", "glm_47_flash", "granite_33", "gpt_oss",
                                         "qwen3"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace hearth::engine
