#include "engine/formats/shard_report.h"

#include <cctype>
#include <cstdlib>

#include "engine/formats/weight_source.h"
#include "tests/support/temp_dir.h"

namespace hearth::engine {
namespace {

using test::spit;

class ShardReportTest : public testing::Test {
protected:
    ShardReportTest() {
        write("a.safetensors", {"x", "y"});
        write("b.safetensors", {"z"});
        spit(dir / "model.safetensors.index.json",
             R"({"weight_map":{"x":"a.safetensors","y":"a.safetensors","z":"b.safetensors"}})");
    }

    void write(const std::string& file, const std::vector<std::string>& names) {
        const std::vector<float> values(1000, float(names.size()));
        std::vector<TensorToWrite> tensors;
        for (const std::string& name : names)
            tensors.push_back({name, DType::F32, {1000}, std::as_bytes(std::span(values))});
        writeSafetensors(dir / file, tensors).orThrow();
    }
    /// By coreutils, which shares no code with the product.
    void writeSums() {
        const std::string command =
            "cd '" + dir.path().string() + "' && sha256sum *.safetensors > SHA256SUMS";
        ASSERT_EQ(std::system(command.c_str()), 0);
    }
    core::Error refusal() {
        const auto report = verifyShards(dir.path());
        EXPECT_FALSE(report.ok());
        return report.ok() ? core::Error{} : report.error();
    }

    test::TempDir dir;
};

TEST_F(ShardReportTest, ListsEveryFile) {
    int64_t last = 0, total = 0;
    const auto report = verifyShards(dir.path(), [&](int64_t done, int64_t all) {
        EXPECT_GT(done, last);
        last = done;
        total = all;
        return true;
    });
    ASSERT_TRUE(report.ok()) << report.error().text();
    ASSERT_EQ(report->files.size(), 2u);
    EXPECT_EQ(report->files[0].name, "a.safetensors");
    EXPECT_EQ(report->files[0].tensors, 2);
    EXPECT_EQ(report->files[1].tensors, 1);
    EXPECT_EQ(report->files[0].bytes, int64_t(std::filesystem::file_size(dir / "a.safetensors")));
    EXPECT_EQ(report->files[0].sha256.size(), 64u);
    EXPECT_NE(report->files[0].sha256, report->files[1].sha256);
    EXPECT_FALSE(report->files[0].expected);
    EXPECT_EQ(last, total);
    EXPECT_EQ(total, report->files[0].bytes + report->files[1].bytes);
}

TEST_F(ShardReportTest, AgreesWithSha256sum) {
    writeSums();
    const auto report = verifyShards(dir.path());
    ASSERT_TRUE(report.ok()) << report.error().text();
    for (const ShardFile& file : report->files) {
        EXPECT_TRUE(file.expected) << file.name;
        EXPECT_NE(test::slurp(dir / "SHA256SUMS").find(file.sha256 + "  " + file.name),
                  std::string::npos);
    }
}

TEST_F(ShardReportTest, TakesSumsOfOtherSystems) {
    writeSums();
    std::string sums = test::slurp(dir / "SHA256SUMS");
    for (size_t i = 0; i < 64; ++i)
        sums[i] = char(std::toupper(sums[i]));
    sums.replace(65, 1, "*");
    sums.insert(sums.find('\n'), "\r");
    spit(dir / "SHA256SUMS", "# made elsewhere\n" + sums);
    const auto report = verifyShards(dir.path());
    ASSERT_TRUE(report.ok()) << report.error().text();
    EXPECT_TRUE(report->files[0].expected);
}

TEST_F(ShardReportTest, NamesAFileOfAnotherHash) {
    writeSums();
    std::string bytes = test::slurp(dir / "b.safetensors");
    bytes.back() ^= 1;
    spit(dir / "b.safetensors", bytes);
    const core::Error error = refusal();
    EXPECT_EQ(error.code, core::ErrorCode::DataCorrupt);
    EXPECT_NE(error.message.find("SHA256SUMS"), std::string::npos);
    EXPECT_EQ(error.context, (dir / "b.safetensors").string());
}

TEST_F(ShardReportTest, NamesAShardThatIsCutOffOrMissing) {
    const std::string bytes = test::slurp(dir / "b.safetensors");
    spit(dir / "b.safetensors", bytes.substr(0, bytes.size() - 1));
    core::Error error = refusal();
    EXPECT_EQ(error.code, core::ErrorCode::DataCorrupt);
    EXPECT_NE(error.message.find("truncated"), std::string::npos) << error.message;
    EXPECT_EQ(error.context, (dir / "b.safetensors").string());
    std::filesystem::remove(dir / "b.safetensors");
    error = refusal();
    EXPECT_EQ(error.code, core::ErrorCode::NotFound);
    EXPECT_EQ(error.context, (dir / "b.safetensors").string());
}

TEST_F(ShardReportTest, SaysWhatAPointerOfGitLfsIs) {
    spit(dir / "b.safetensors",
         "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 4096\n");
    const core::Error error = refusal();
    EXPECT_EQ(error.code, core::ErrorCode::DataCorrupt);
    EXPECT_NE(error.message.find("git lfs pull"), std::string::npos) << error.message;
    EXPECT_EQ(error.context, (dir / "b.safetensors").string());
}

TEST_F(ShardReportTest, StopsWhenAsked) {
    const auto report = verifyShards(dir.path(), [](int64_t, int64_t) { return false; });
    ASSERT_FALSE(report.ok());
    EXPECT_EQ(report.error().code, core::ErrorCode::Cancelled);
}

}  // namespace
}  // namespace hearth::engine
