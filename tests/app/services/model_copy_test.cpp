#include "app/services/models/model_copy.h"

#include <gmock/gmock.h>

#include "core/crypto/sha256.h"
#include "engine/models/gguf_export.h"
#include "engine/models/model_source.h"
#include "tests/support/temp_dir.h"

namespace hearth::app {
namespace {

using core::ErrorCode;

class ModelCopyTest : public testing::Test {
protected:
    void SetUp() override {
        std::filesystem::create_directories(m_source);
        test::spit(m_source / "config.json", "{}");
        test::spit(m_source / "model.safetensors", std::string(100'000, 'w'));
        test::spit(m_source / "secret.key", "k");
        test::spit(m_folder / "elsewhere.json", "e");
        std::filesystem::create_symlink(m_folder / "elsewhere.json", m_source / "link.json");
    }
    core::Result<std::vector<storage::ModelContent>> copy(
        const std::function<bool(int64_t)>& copied = [](int64_t) { return true; }) {
        return copyModelFiles(listModelFiles(m_source).valueOrThrow(), m_target, copied);
    }
    test::TempDir m_folder;
    const std::filesystem::path m_source = m_folder / "source";
    const std::filesystem::path m_target = m_folder / "target";
};

TEST_F(ModelCopyTest, CopiesWhatBelongsToAModelAndHashesIt) {
    int64_t bytes = 0;
    const auto contents = copy([&](int64_t more) {
        bytes += more;
        return true;
    });
    ASSERT_TRUE(contents.ok()) << contents.error().text();
    ASSERT_EQ(contents->size(), 2u);  // neither the key nor what the link points at
    EXPECT_EQ((*contents)[0].name, "config.json");
    EXPECT_EQ((*contents)[1].bytes, 100'000);
    EXPECT_EQ((*contents)[1].sha256, core::sha256Hex(std::string(100'000, 'w')));
    EXPECT_EQ(test::slurp(m_target / "model.safetensors"), std::string(100'000, 'w'));
    EXPECT_EQ(bytes, 100'002);
    EXPECT_EQ(test::countFiles(m_target), 2u);
}

TEST_F(ModelCopyTest, StopsWhenToldTo) {
    const auto stopped = copy([](int64_t) { return false; });
    ASSERT_FALSE(stopped.ok());
    EXPECT_EQ(stopped.error().code, ErrorCode::Cancelled);
}

TEST_F(ModelCopyTest, AFullDiskIsNoFaultOfTheSource) {
    const auto files = listModelFiles(m_source).valueOrThrow();
    const test::FileSizeLimit limit(50'000);
    const auto full = copyModelFiles(files, m_target, [](int64_t) { return true; });
    ASSERT_FALSE(full.ok());
    EXPECT_EQ(full.error().code, ErrorCode::DiskFull);
}

TEST_F(ModelCopyTest, WhatIsNoModelIsRefused) {
    EXPECT_EQ(listModelFiles(m_folder / "none").error().context, "path");
    std::filesystem::remove(m_source / "config.json");
    const auto files = listModelFiles(m_source);
    ASSERT_FALSE(files.ok());
    EXPECT_THAT(files.error().message, testing::HasSubstr("config.json"));
}

TEST_F(ModelCopyTest, AGgufFileBecomesADirectoryThatLoads) {
    const std::filesystem::path reference = HEARTH_TEST_DATA_DIR "/reference/models/deepseek_v3";
    const auto model = engine::openModelSource(reference).valueOrThrow();
    const auto texts = engine::modelTextFiles(reference).valueOrThrow();
    const auto file = m_folder / "any.gguf";
    engine::exportGguf(
        {.config = model.config, .weights = *model.weights, .texts = texts, .name = "x"}, file)
        .valueOrThrow();
    const auto files = listModelFiles(file).valueOrThrow();
    const auto contents =
        copyModelFiles(files, m_target, [](int64_t) { return true; }).valueOrThrow();
    ASSERT_EQ(contents.size(), test::countFiles(m_target));
    for (const auto& content : contents)
        EXPECT_EQ(content.sha256, core::sha256Hex(test::slurp(m_target / content.name)));
    const auto copied = engine::openModelSource(m_target).valueOrThrow();
    EXPECT_EQ(copied.config.num_hidden_layers, model.config.num_hidden_layers);
    EXPECT_TRUE(std::filesystem::exists(m_target / "tokenizer.json"));
}

TEST_F(ModelCopyTest, ADamagedGgufFileIsRefused) {
    test::spit(m_folder / "bad.gguf", "GGUF and no more");
    const auto files = listModelFiles(m_folder / "bad.gguf").valueOrThrow();
    const auto copied = copyModelFiles(files, m_target, [](int64_t) { return true; });
    ASSERT_FALSE(copied.ok());
    EXPECT_EQ(copied.error().code, ErrorCode::DataCorrupt);
}

}  // namespace
}  // namespace hearth::app
