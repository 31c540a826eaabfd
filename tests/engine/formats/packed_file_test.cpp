#include "engine/formats/packed_file.h"

#include <gtest/gtest.h>

#include <cstring>

#include "core/crypto/key_ring.h"
#include "core/crypto/random.h"
#include "core/crypto/sealed_file.h"
#include "core/file.h"
#include "engine/formats/packed_file_writer.h"
#include "tests/support/temp_dir.h"

namespace hearth::test {
namespace {

using namespace engine;
using core::ErrorCode;

/// Five tensors over a little more than three chunks; the largest spans two chunk ends.
std::vector<PackedTensor> plan() {
    const auto matrix = [](const char* key, DType dtype, std::vector<int64_t> shape) {
        return PackedTensor{.kind = PackedKind::Matrix,
                            .key = key,
                            .role = "expert",
                            .dtype = dtype,
                            .shape = std::move(shape)};
    };
    PackedTensor norm{.kind = PackedKind::Vector, .key = "norm", .dtype = DType::F32, .shape = {7}};
    PackedTensor table{
        .kind = PackedKind::Table, .key = "a", .dtype = DType::BF16, .shape = {9, 5}};
    return {matrix("a", DType::Q8, {3, 100, 300}), norm, matrix("b", DType::BF16, {1200, 2100}),
            table, matrix("c", DType::Q4, {1500, 4096})};
}

PackedHeader head(const std::string& recipe = "mixed") {
    return {.config = "{\"hidden_size\": 64}",
            .generation_config = "{}",
            .recipe = recipe,
            .files = {{"model.safetensors", 12345, std::string(64, 'a')}},
            .weights = {{"model.norm.weight", {7}}, {"a.weight", {300, 300}}},
            .tensors = plan()};
}

std::vector<std::byte> contentOf(const PackedTensor& tensor, uint32_t seed) {
    std::vector<std::byte> bytes(packedTensorBytes(tensor));
    uint32_t state = seed * 2654435761u + 1;
    for (std::byte& b : bytes) {
        state = state * 1664525u + 1013904223u;
        b = std::byte(state >> 24);
    }
    return bytes;
}

core::Status writeRest(PackedFileWriter& writer) {
    const auto tensors = plan();
    for (size_t i = writer.tensors().size(); i < tensors.size(); ++i) {
        const auto bytes = contentOf(tensors[i], uint32_t(i));
        CORE_TRY(writer.begin(tensors[i]));
        for (size_t at = 0; at < bytes.size(); at += 1'000'000)
            CORE_TRY(writer.append(
                std::span(bytes).subspan(at, std::min<size_t>(1'000'000, bytes.size() - at))));
        CORE_TRY(writer.end({.relative_rms = 0.01 * double(i), .largest = double(i)}));
    }
    return writer.finish();
}

core::Status write(const std::filesystem::path& file, PackedWriterOptions options = {}) {
    CORE_ASSIGN(const auto writer, PackedFileWriter::create(file, head(), std::move(options)));
    return writeRest(*writer);
}

core::Status readAll(PackedFile& file) {
    const auto tensors = plan();
    for (size_t i = 0; i < tensors.size(); ++i) {
        const PackedTensor* tensor = file.find(tensors[i].kind, tensors[i].key);
        CORE_ASSERT(tensor);
        CORE_ASSIGN(const auto bytes, file.bytes(*tensor));
        const auto expected = contentOf(tensors[i], uint32_t(i));
        if (!std::ranges::equal(bytes, expected))
            return core::Error{ErrorCode::Internal, "other bytes in " + tensors[i].key, ""};
    }
    return {};
}

class PackedFileTest : public ::testing::Test {
protected:
    std::filesystem::path path(const char* name = "model.hearth") { return m_dir.path() / name; }
    std::vector<std::byte> content() { return core::readFile(path()).valueOrThrow(); }
    void replace(std::span<const std::byte> bytes) {
        core::writeFileAtomic(path(), bytes).orThrow();
    }
    /// Opens and reads everything.
    core::Status check() {
        CORE_ASSIGN(const auto file, PackedFile::open(path()));
        return readAll(*file);
    }

    TempDir m_dir;
};

TEST_F(PackedFileTest, RoundTrips) {
    ASSERT_TRUE(write(path()).ok());
    const auto file = PackedFile::open(path());
    ASSERT_TRUE(file.ok()) << file.error().text();
    const PackedHeader& header = (*file)->header();
    EXPECT_EQ(header.config, head().config);
    EXPECT_EQ(header.generation_config, "{}");
    EXPECT_EQ(header.recipe, "mixed");
    EXPECT_EQ(header.weights, head().weights);
    ASSERT_EQ(header.files.size(), 1u);
    EXPECT_EQ(header.files[0].sha256, std::string(64, 'a'));
    ASSERT_EQ(header.tensors.size(), plan().size());
    EXPECT_EQ(header.tensors[4].error.largest, 4.0);
    EXPECT_EQ(header.tensors[0].role, "expert");
    for (const PackedTensor& tensor : header.tensors) {
        const auto bytes = (*file)->bytes(tensor);
        ASSERT_TRUE(bytes.ok());
        EXPECT_EQ(reinterpret_cast<uintptr_t>(bytes->data()) % 64, 0u);
    }
    EXPECT_TRUE(readAll(**file).ok());
    EXPECT_EQ((*file)->find(PackedKind::Table, "norm"), nullptr);
    EXPECT_FALSE(std::filesystem::exists(path("model.hearth.partial")));
    EXPECT_FALSE(std::filesystem::exists(path("model.hearth.partial.journal")));
}

class SealedPackedFileTest : public PackedFileTest {
protected:
    void SetUp() override { ASSERT_TRUE(write(path(), {.key = &m_key}).ok()); }
    /// As check(), with the key.
    core::Status checkWith(const core::SecureBytes& key) {
        const auto held = core::KeyRing::instance().hold(m_dir.path(), key);
        return check();
    }

    const core::SecureBytes m_key = core::randomKey();
};

TEST_F(SealedPackedFileTest, RoundTripsAndHidesItsContent) {
    const auto status = checkWith(m_key);
    EXPECT_TRUE(status.ok()) << status.error().text();
    EXPECT_EQ(countFiles(m_dir.path()), 1u);  // no journal, no partial file
    const auto sealed = content();
    EXPECT_EQ(core::asText(sealed).find("HEARTHPM"), std::string::npos);
    EXPECT_EQ(core::asText(sealed).find("hidden_size"), std::string::npos);
    const auto tensor = contentOf(plan()[2], 2);
    for (const size_t at : {size_t{0}, tensor.size() / 2, tensor.size() - 32})
        EXPECT_TRUE(std::ranges::search(sealed, std::span(tensor).subspan(at, 32)).empty());
    // Decrypted it is the file that would lie there in plain.
    const auto plain = core::readSealed(path(), m_key).valueOrThrow();
    ASSERT_TRUE(write(path("plain.hearth")).ok());
    EXPECT_EQ(plain, core::readFile(path("plain.hearth")).valueOrThrow());
}

TEST_F(SealedPackedFileTest, NeedsItsKey) {
    EXPECT_EQ(check().error().code, ErrorCode::PermissionDenied);
    EXPECT_NE(check().error().message.find("hearth model export"), std::string::npos);
    EXPECT_EQ(checkWith(core::randomKey()).error().code, ErrorCode::DataCorrupt);
}

TEST_F(SealedPackedFileTest, NoticesTruncationAndAFlippedBitAnywhere) {
    const auto whole = content();
    std::vector<size_t> places = {0, 8, 12, 16, 47, 48, 4000, whole.size() - 1, whole.size() - 17};
    for (size_t at = 5000; at < whole.size(); at += (1 << 20) + 16)  // every chunk
        places.push_back(at);
    for (const size_t at : places) {
        auto damaged = whole;
        damaged[at] ^= std::byte{4};
        replace(damaged);
        EXPECT_FALSE(checkWith(m_key).ok()) << at;
    }
    for (const size_t cut : {size_t{0}, size_t{40}, size_t{100}, size_t{48 + (1 << 20) + 16},
                             whole.size() / 2, whole.size() - 1}) {
        replace(std::span(whole).first(cut));
        EXPECT_FALSE(checkWith(m_key).ok()) << cut;
    }
    replace(whole);
    EXPECT_TRUE(checkWith(m_key).ok());
}

TEST_F(SealedPackedFileTest, OnlyWhatIsAskedForIsDecrypted) {
    // A bit in the second of three chunks: headers and what lies in the first are read all the
    // same.
    auto damaged = content();
    damaged[damaged.size() * 2 / 3] ^= std::byte{1};
    replace(damaged);
    const auto held = core::KeyRing::instance().hold(m_dir.path(), m_key);
    const auto file = PackedFile::open(path());
    ASSERT_TRUE(file.ok()) << file.error().text();
    EXPECT_TRUE((*file)->sealed());
    EXPECT_TRUE((*file)->bytes(*(*file)->find(PackedKind::Vector, "norm")).ok());
    EXPECT_EQ((*file)->bytes(*(*file)->find(PackedKind::Matrix, "b")).error().code,
              ErrorCode::DataCorrupt);
    EXPECT_EQ((*file)->checkAll().error().code, ErrorCode::DataCorrupt);
}

TEST_F(SealedPackedFileTest, AFailureOfTheDiskLeavesNothing) {
    for (int operations = 0;; ++operations) {
        TempDir folder;
        int left = operations;
        const auto written =
            write(folder / "model.hearth", {.key = &m_key, .before_io = [&]() -> core::Status {
                                                if (left-- > 0)
                                                    return {};
                                                return core::Error{ErrorCode::DiskFull, "full", ""};
                                            }});
        if (written)
            break;
        EXPECT_EQ(countFiles(folder.path()), 0u) << operations;
        operations += operations / 2;  // early ones in turn, late ones now and then
    }
}

TEST_F(PackedFileTest, IsTheSameFileEveryTime) {
    ASSERT_TRUE(write(path()).ok());
    const auto first = content();
    ASSERT_TRUE(write(path()).ok());
    EXPECT_EQ(first, content());
}

TEST_F(PackedFileTest, RefusesEveryTruncation) {
    ASSERT_TRUE(write(path()).ok());
    const auto whole = content();
    for (const size_t cut : {size_t{0}, size_t{7}, size_t{100}, size_t{4095}, size_t{4096},
                             size_t{5'000'000}, whole.size() - 500, whole.size() - 1}) {
        replace(std::span(whole).first(cut));
        const auto file = PackedFile::open(path());
        ASSERT_FALSE(file.ok()) << cut;
        EXPECT_EQ(file.error().code, ErrorCode::DataCorrupt) << cut;
        EXPECT_EQ(file.error().context, path().string());
    }
    auto longer = whole;
    longer.push_back(std::byte{0});
    replace(longer);
    EXPECT_FALSE(PackedFile::open(path()).ok());
}

TEST_F(PackedFileTest, NoticesAFlippedBitInEveryRegion) {
    ASSERT_TRUE(write(path()).ok());
    const auto whole = content();
    std::vector<size_t> places = {0, 3, 8, 12, 16, 30, 40, 71, 103, 104, 135, 136, 4095};
    for (size_t at = 4096; at < whole.size(); at += 2'777'777)  // every chunk
        places.push_back(at);
    for (size_t back : {1, 33, 200, 1000, 2000})  // hashes and header
        places.push_back(whole.size() - back);
    for (const size_t at : places) {
        auto damaged = whole;
        damaged[at] ^= std::byte{4};
        replace(damaged);
        const auto status = check();
        ASSERT_FALSE(status.ok()) << "byte " << at;
        EXPECT_TRUE(status.error().code == ErrorCode::DataCorrupt ||
                    status.error().code == ErrorCode::Unsupported)
            << status.error().text();
    }
}

TEST_F(PackedFileTest, NamesTheDamagedChunkAndTensorAndReadsTheOthers) {
    ASSERT_TRUE(write(path()).ok());
    auto damaged = content();
    damaged[4096 + (size_t{4} << 20) + 5] ^= std::byte{1};  // the second chunk
    replace(damaged);
    const auto file = PackedFile::open(path());
    ASSERT_TRUE(file.ok());
    EXPECT_TRUE((*file)->bytes(*(*file)->find(PackedKind::Matrix, "a")).ok());
    const auto read = (*file)->bytes(*(*file)->find(PackedKind::Matrix, "b"));
    ASSERT_FALSE(read.ok());
    EXPECT_NE(read.error().message.find("chunk 1 "), std::string::npos) << read.error().text();
    EXPECT_NE(read.error().message.find(" b."), std::string::npos) << read.error().text();
    EXPECT_EQ(read.error().context, path().string());
}

TEST_F(PackedFileTest, RefusesOtherFilesAndOtherVersions) {
    core::writeFileAtomic(path(), std::string(10'000, 'x')).orThrow();
    EXPECT_EQ(PackedFile::open(path()).error().code, ErrorCode::DataCorrupt);
    EXPECT_EQ(PackedFile::open(path("none")).error().code, ErrorCode::NotFound);
    ASSERT_TRUE(write(path()).ok());
    for (const uint32_t version : {1u, kPackedVersion + 1}) {
        auto other = content();
        other[8] = std::byte(version);
        replace(other);
        const auto opened = PackedFile::open(path());
        ASSERT_FALSE(opened.ok());
        EXPECT_EQ(opened.error().code, ErrorCode::Unsupported);
        EXPECT_NE(opened.error().message.find("import the model again"), std::string::npos);
    }
}

/// A file whose hashes are right but whose header is `text`.
std::vector<std::byte> fileWithHeader(const std::string& text) {
    const std::vector<std::byte> data(128);
    const core::Digest table = core::sha256(data);
    const auto prologue = writePrologue({.data_bytes = data.size(),
                                         .header_bytes = text.size(),
                                         .header_hash = core::sha256(core::asBytes(text)),
                                         .table_hash = core::sha256(table)});
    std::vector<std::byte> out;
    for (const auto part : {std::span<const std::byte>(prologue), std::span<const std::byte>(data),
                            core::asBytes(text), std::span<const std::byte>(table)})
        out.insert(out.end(), part.begin(), part.end());
    return out;
}

std::string headerText(const std::string& tensors) {
    return R"({"config":"{}","recipe":"bf16","files":[],"weights":{},"tensors":[)" + tensors + "]}";
}

TEST_F(PackedFileTest, RefusesHeadersThatLie) {
    const std::string good =
        R"({"kind":"vector","key":"n","dtype":"F32","shape":[8],"offset":0,"bytes":32})";
    replace(fileWithHeader(headerText(good)));
    ASSERT_TRUE(PackedFile::open(path()).ok());
    const std::string bad[] = {
        "not json",
        "[]",
        "{}",
        headerText("5"),
        headerText(good + "," + good),
        headerText(R"({"kind":"vector","key":"n","dtype":"Q4","shape":[8],"offset":0,"bytes":32})"),
        headerText(
            R"({"kind":"vector","key":"n","dtype":"F32","shape":[9],"offset":0,"bytes":32})"),
        headerText(
            R"({"kind":"vector","key":"n","dtype":"F32","shape":[8],"offset":4,"bytes":32})"),
        headerText(
            R"({"kind":"vector","key":"n","dtype":"F32","shape":[8],"offset":128,"bytes":32})"),
        headerText(
            R"({"kind":"vector","key":"n","dtype":"F32","shape":[-8],"offset":0,"bytes":32})"),
        headerText(
            R"({"kind":"table","key":"n","dtype":"F32","shape":[4294967296,4294967296],"offset":0,"bytes":0})"),
        headerText(
            R"({"kind":"matrix","key":"n","dtype":"F32","shape":[8],"offset":0,"bytes":32})"),
        headerText(R"({"kind":"heap","key":"n","dtype":"F32","shape":[8],"offset":0,"bytes":32})"),
        headerText(
            R"({"kind":"vector","key":"n","dtype":"I64","shape":[8],"offset":0,"bytes":64})"),
    };
    for (const std::string& text : bad) {
        replace(fileWithHeader(text));
        const auto file = PackedFile::open(path());
        ASSERT_FALSE(file.ok()) << text;
        EXPECT_EQ(file.error().code, ErrorCode::DataCorrupt) << text;
    }
}

/// Writes until operation `limit` on the disk fails.
core::Status writeUntil(const std::filesystem::path& file, int limit) {
    int count = 0;
    return write(file, {.before_io = [&]() -> core::Status {
                     if (++count > limit)
                         return core::Error{ErrorCode::DiskFull, "the disk is full", "test"};
                     return {};
                 }});
}

TEST_F(PackedFileTest, AnInterruptedImportLeavesNothingThatOpensAndResumesToTheSameFile) {
    ASSERT_TRUE(write(path()).ok());
    const auto expected = content();
    for (int limit = 0; limit < 60; limit += limit < 6 ? 1 : 4) {
        const auto target = path("other.hearth");
        std::filesystem::remove(target);
        const auto failed = writeUntil(target, limit);
        if (failed.ok()) {
            EXPECT_GT(limit, 20);
            return;
        }
        EXPECT_EQ(failed.error().code, ErrorCode::DiskFull);
        EXPECT_FALSE(std::filesystem::exists(target)) << limit;
        ASSERT_TRUE(write(target).ok()) << limit;
        ASSERT_EQ(core::readFile(target).valueOrThrow(), expected) << limit;
    }
    FAIL() << "sixty operations and no end";
}

TEST_F(PackedFileTest, KeepsWhatIsWholeOfAnInterruptedImportAndNothingElse) {
    ASSERT_TRUE(write(path()).ok());
    const auto expected = content();
    const auto partial = path("other.hearth.partial");
    const auto interrupt = [&] {
        std::filesystem::remove(path("other.hearth"));
        auto writer = PackedFileWriter::create(path("other.hearth"), head()).valueOrThrow();
        const auto tensors = plan();
        for (size_t i = writer->tensors().size(); i < 3; ++i) {
            const auto bytes = contentOf(tensors[i], uint32_t(i));
            writer->begin(tensors[i]).orThrow();
            writer->append(bytes).orThrow();
            writer->end({.relative_rms = 0.01 * double(i), .largest = double(i)}).orThrow();
        }
        writer->begin(tensors[3]).orThrow();  // and dies here
    };
    const auto kept = [&](const char* recipe = "mixed") {
        return PackedFileWriter::create(path("other.hearth"), head(recipe))
            .valueOrThrow()
            ->tensors()
            .size();
    };
    interrupt();
    EXPECT_EQ(kept(), 3u);
    {  // damage in the second tensor: the first one is kept
        auto bytes = core::readFile(partial).valueOrThrow();
        const auto offset = packedAligned(packedTensorBytes(plan()[0]));
        bytes[4096 + offset + 3] ^= std::byte{1};
        core::writeFileAtomic(partial, bytes).orThrow();
    }
    EXPECT_EQ(kept(), 1u);
    interrupt();
    std::filesystem::resize_file(partial, 134'670);  // the tail was never written
    EXPECT_EQ(kept(), 1u);
    interrupt();
    {  // a journal line that was cut
        const auto journal = path("other.hearth.partial.journal");
        std::filesystem::resize_file(journal, std::filesystem::file_size(journal) - 10);
    }
    EXPECT_EQ(kept(), 2u);
    interrupt();
    EXPECT_EQ(kept("int8"), 0u) << "another recipe begins anew";
    EXPECT_EQ(kept(), 0u);
    ASSERT_TRUE(write(path("other.hearth")).ok());
    EXPECT_EQ(core::readFile(path("other.hearth")).valueOrThrow(), expected);
}

TEST_F(PackedFileTest, TwoImportsDoNotWriteOneFile) {
    const auto first = PackedFileWriter::create(path(), head());
    ASSERT_TRUE(first.ok());
    EXPECT_EQ(PackedFileWriter::create(path(), head()).error().code, ErrorCode::Conflict);
}

TEST_F(PackedFileTest, AFullDiskSaysSoAndLosesNothing) {
    const auto failed = [&] {
        const FileSizeLimit limit(8'000'000);
        return write(path());
    }();
    ASSERT_FALSE(failed.ok());
    EXPECT_EQ(failed.error().code, ErrorCode::DiskFull);
    EXPECT_NE(failed.error().message.find("free some space"), std::string::npos);
    auto writer = PackedFileWriter::create(path(), head());
    ASSERT_TRUE(writer.ok());
    EXPECT_EQ((*writer)->tensors().size(), 4u);
    EXPECT_TRUE(writeRest(**writer).ok());
    EXPECT_TRUE(check().ok());
}

}  // namespace
}  // namespace hearth::test
