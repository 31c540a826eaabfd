// Checkpoints as directories: one file, or shards with an index.
#include "engine/formats/weight_source.h"
#include "tests/support/temp_dir.h"

namespace hearth::engine {
namespace {

const std::vector<float> kOne{1.0f};

TensorToWrite one(const std::string& name) {
    return {name, DType::F32, {1}, std::as_bytes(std::span(kOne))};
}

class WeightDirectoryTest : public testing::Test {
protected:
    void writeShard(const std::string& file, const std::vector<TensorToWrite>& tensors) {
        ASSERT_TRUE(writeSafetensors(dir / file, tensors).ok());
    }
    void writeIndex(const std::string& weightMap) {
        test::spit(dir / "model.safetensors.index.json", R"({"weight_map":)" + weightMap + "}");
    }
    core::Error refusal() {
        const auto source = openWeightDirectory(dir.path());
        EXPECT_FALSE(source.ok());
        return source.ok() ? core::Error{} : source.error();
    }

    test::TempDir dir;
};

TEST_F(WeightDirectoryTest, ReadsASingleFile) {
    writeShard("model.safetensors", {one("a")});
    const auto source = openWeightDirectory(dir.path());
    ASSERT_TRUE(source.ok()) << source.error().text();
    EXPECT_NE((*source)->find("a"), nullptr);
}

TEST_F(WeightDirectoryTest, JoinsShards) {
    writeShard("one.safetensors", {one("a"), one("b")});
    writeShard("two.safetensors", {one("c")});
    writeIndex(R"({"a":"one.safetensors","b":"one.safetensors","c":"two.safetensors"})");
    const auto source = openWeightDirectory(dir.path());
    ASSERT_TRUE(source.ok()) << source.error().text();
    EXPECT_EQ((*source)->names(), (std::vector<std::string>{"a", "b", "c"}));
    EXPECT_EQ((*source)->find("c")->toFloats(), kOne);
}

TEST_F(WeightDirectoryTest, NoWeightsIsNotFound) {
    EXPECT_EQ(refusal().code, core::ErrorCode::NotFound);
}

TEST_F(WeightDirectoryTest, NamesTheTensorAShardLacks) {
    writeShard("one.safetensors", {one("a")});
    writeIndex(R"({"a":"one.safetensors","b":"one.safetensors"})");
    const core::Error error = refusal();
    EXPECT_EQ(error.code, core::ErrorCode::DataCorrupt);
    EXPECT_NE(error.message.find("lacks tensor b"), std::string::npos) << error.message;
    EXPECT_NE(error.context.find("one.safetensors"), std::string::npos);
}

TEST_F(WeightDirectoryTest, NamesTheTensorTheIndexLacksOrPlacesElsewhere) {
    writeShard("one.safetensors", {one("a"), one("b")});
    writeShard("two.safetensors", {one("c")});
    writeIndex(R"({"a":"one.safetensors","c":"two.safetensors"})");
    EXPECT_NE(refusal().message.find("tensor b"), std::string::npos);
    writeIndex(R"({"a":"one.safetensors","b":"two.safetensors","c":"two.safetensors"})");
    EXPECT_NE(refusal().message.find("tensor b"), std::string::npos);
}

TEST_F(WeightDirectoryTest, MissingShardIsNotFound) {
    writeIndex(R"({"a":"gone.safetensors"})");
    EXPECT_EQ(refusal().code, core::ErrorCode::NotFound);
}

TEST_F(WeightDirectoryTest, NeverLeavesTheDirectory) {
    const test::TempDir outside;
    ASSERT_TRUE(writeSafetensors(outside / "x.safetensors", {one("a")}).ok());
    const std::string absolute = (outside / "x.safetensors").string();
    const std::string relative = "../" + outside.path().filename().string() + "/x.safetensors";
    for (const std::string& name : {absolute, relative, std::string(".."), std::string(""),
                                    std::string("a\\\\b"), std::string("a\\u0000b")}) {
        writeIndex("{\"a\":\"" + name + "\"}");
        const core::Error error = refusal();
        EXPECT_EQ(error.code, core::ErrorCode::DataCorrupt) << name;
        EXPECT_NE(error.message.find("outside its directory"), std::string::npos) << name;
    }
}

TEST_F(WeightDirectoryTest, RefusesBadIndexes) {
    for (const std::string text : {"", "[]", "{}", R"({"weight_map":[]})", R"({"weight_map":{}})",
                                   R"({"weight_map":{"a":1}})", R"({"weight_map":{"a":"x")"}) {
        test::spit(dir / "model.safetensors.index.json", text);
        EXPECT_EQ(refusal().code, core::ErrorCode::DataCorrupt) << text;
    }
}

}  // namespace
}  // namespace hearth::engine
