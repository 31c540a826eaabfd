#include <gtest/gtest.h>

#include "engine/formats/chat_template/chat_template.h"
#include "tests/engine/formats/text_fixtures.h"

namespace hearth::engine {
namespace {

class ChatTemplateGoldenTest : public testing::TestWithParam<std::string> {};

RenderOptions referenceClock() {
    using namespace std::chrono;
    RenderOptions options;
    options.now = sys_days(year(2025) / 6 / 15) + 9h + 30min;
    return options;
}

TEST_P(ChatTemplateGoldenTest, RendersAsTheReference) {
    const std::filesystem::path dir = referenceDir("chat_templates/" + GetParam());
    const ChatTemplate chat =
        ChatTemplate::parse(readReference(dir / "template.txt")).valueOrThrow();
    const auto cases = readJsonLines(dir / "cases.jsonl");
    EXPECT_EQ(cases.size(), 13u);
    for (const auto& one : cases) {
        const auto rendered = chat.render(one["input"], referenceClock());
        if (one.contains("error")) {
            EXPECT_FALSE(rendered.ok()) << one["name"];
            continue;
        }
        ASSERT_TRUE(rendered.ok()) << one["name"] << ": " << rendered.error().text();
        EXPECT_EQ(*rendered, one["expected"].get<std::string>()) << one["name"];
    }
}

INSTANTIATE_TEST_SUITE_P(References, ChatTemplateGoldenTest,
                         testing::Values("tiny", "deepseek_v3", "deepseek_r1_distill",
                                         "llama_cpp_deepseek_r1", "deepseek_v31", "kimi_k2",
                                         "glm_46", "glm_47_flash", "granite_33", "gpt_oss",
                                         "qwen3"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace hearth::engine
