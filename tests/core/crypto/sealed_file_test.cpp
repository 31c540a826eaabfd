#include "core/crypto/sealed_file.h"

#include <gtest/gtest.h>

#include "core/crypto/random.h"
#include "core/file.h"
#include "tests/support/temp_dir.h"

namespace hearth::core {
namespace {

constexpr std::size_t kChunk = 1 << 20;
constexpr std::size_t kHeader = 48;
constexpr std::size_t kStride = kChunk + 16;

std::string pattern(std::size_t size) {
    std::string text(size, '\0');
    std::uint32_t state = 12345;
    for (char& c : text) {
        state = state * 1664525 + 1013904223;
        c = static_cast<char>(state >> 24);
    }
    return text;
}

class SealedFileTest : public ::testing::Test {
protected:
    std::string sealedContent(const std::string& plain) {
        EXPECT_TRUE(writeSealed(m_file, m_key, asBytes(plain)).ok());
        return test::slurp(m_file);
    }
    void expectCorrupt(const std::string& content, const std::string& what) {
        test::spit(m_file, content);
        const auto read = readSealed(m_file, m_key);
        ASSERT_FALSE(read.ok()) << what;
        EXPECT_EQ(read.error().code, ErrorCode::DataCorrupt) << what;
    }

    const test::TempDir m_dir;
    const std::filesystem::path m_file = m_dir / "sealed";
    const SecureBytes m_key = randomKey();
};

TEST_F(SealedFileTest, RoundTripAtEveryBoundary) {
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, kChunk - 1, kChunk, kChunk + 1,
                                   2 * kChunk, 2 * kChunk + 12345}) {
        const std::string plain = pattern(size);
        const std::string sealed = sealedContent(plain);
        const std::size_t chunks = std::max<std::size_t>(1, (size + kChunk - 1) / kChunk);
        EXPECT_EQ(sealed.size(), kHeader + size + 16 * chunks);
        EXPECT_EQ(asText(readSealed(m_file, m_key).valueOrThrow()), plain) << size;
    }
}

TEST_F(SealedFileTest, HidesTheContentAndDiffersEachTime) {
    const std::string plain(1000, 'A');
    const std::string first = sealedContent(plain);
    EXPECT_EQ(first.find("AAAA"), std::string::npos);
    EXPECT_NE(first, sealedContent(plain));
    EXPECT_TRUE(isSealedFile(m_file));
    test::spit(m_dir / "plain", plain);
    EXPECT_FALSE(isSealedFile(m_dir / "plain"));
}

TEST_F(SealedFileTest, EveryChangedBitIsNoticed) {
    const std::string sealed = sealedContent(pattern(100));
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        std::string changed = sealed;
        changed[i] = static_cast<char>(changed[i] ^ (1 << (i % 8)));
        test::spit(m_file, changed);
        EXPECT_FALSE(readSealed(m_file, m_key).ok()) << "byte " << i;
    }
}

TEST_F(SealedFileTest, EveryTruncationIsNoticed) {
    const std::string sealed = sealedContent(pattern(2 * kChunk + 100));
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{7}, kHeader - 1, kHeader, kHeader + 15, kHeader + 16,
          kHeader + 500, kHeader + kStride, kHeader + kStride + 1, kHeader + kStride + 16,
          kHeader + 2 * kStride, sealed.size() - 17, sealed.size() - 1})
        expectCorrupt(sealed.substr(0, size), "cut at " + std::to_string(size));
    expectCorrupt(sealed + "x", "one byte more");
    expectCorrupt(sealed + std::string(100, '\0'), "a hundred bytes more");
}

TEST_F(SealedFileTest, SwappedRepeatedAndForeignChunksAreNoticed) {
    const std::string plain = pattern(3 * kChunk);
    const std::string sealed = sealedContent(plain);
    const auto part = [](const std::string& file, std::size_t i) {
        return file.substr(kHeader + i * kStride, kStride);
    };
    const std::string head = sealed.substr(0, kHeader);
    expectCorrupt(head + part(sealed, 1) + part(sealed, 0) + part(sealed, 2), "swapped");
    expectCorrupt(head + part(sealed, 0) + part(sealed, 0) + part(sealed, 2), "repeated");
    expectCorrupt(head + part(sealed, 0) + part(sealed, 2), "one left out");
    const std::string other = sealedContent(plain);  // the same key and the same text
    expectCorrupt(head + part(sealed, 0) + part(other, 1) + part(sealed, 2), "from another file");
}

TEST_F(SealedFileTest, AnotherKeyOpensNothing) {
    sealedContent("text");
    EXPECT_EQ(readSealed(m_file, randomKey()).error().code, ErrorCode::DataCorrupt);
}

TEST_F(SealedFileTest, AHugeChunkSizeAllocatesNothing) {
    std::string sealed = sealedContent("text");
    sealed.replace(12, 4, "\xff\xff\xff\x7f");
    expectCorrupt(sealed, "chunk size");
}

TEST_F(SealedFileTest, KeepsTheLimit) {
    sealedContent(pattern(100));
    EXPECT_TRUE(readSealed(m_file, m_key, 100).ok());
    EXPECT_EQ(readSealed(m_file, m_key, 99).error().code, ErrorCode::PayloadTooLarge);
}

TEST_F(SealedFileTest, StreamsInOddPiecesAndReadsAnywhere) {
    const std::string plain = pattern(2 * kChunk + 4321);
    auto writer = SealedWriter::create(m_file, m_key).valueOrThrow();
    for (std::size_t at = 0; at < plain.size(); at += 99'991)
        ASSERT_TRUE(writer.write(asBytes(std::string_view(plain).substr(at, 99'991))).ok());
    EXPECT_FALSE(std::filesystem::exists(m_file));
    ASSERT_TRUE(writer.finish().ok());
    EXPECT_EQ(writer.plainBytes(), plain.size());

    auto reader = SealedReader::open(m_file, m_key).valueOrThrow();
    EXPECT_EQ(reader.size(), plain.size());
    std::string got;
    std::vector<std::byte> buffer(77'777);
    for (;;) {
        const std::size_t count = reader.read(buffer).valueOrThrow();
        if (count == 0)
            break;
        got += asText(std::span(buffer).first(count));
    }
    EXPECT_EQ(got, plain);
    std::vector<std::byte> across(100);
    ASSERT_TRUE(reader.readAt(kChunk - 50, across).ok());
    EXPECT_EQ(asText(across), plain.substr(kChunk - 50, 100));
    EXPECT_FALSE(reader.readAt(plain.size() - 99, across).ok());
    EXPECT_FALSE(reader.readAt(~std::uint64_t{0} - 10, across).ok());
}

TEST_F(SealedFileTest, ItsStartMayComeLast) {
    for (const std::size_t size :
         {std::size_t{20}, kChunk - 1, kChunk, kChunk + 1, 2 * kChunk + 12345}) {
        std::string plain = pattern(size);
        auto writer = SealedWriter::createWithLateStart(m_file, m_key).valueOrThrow();
        ASSERT_TRUE(writer.write(asBytes(plain)).ok());
        EXPECT_FALSE(std::filesystem::exists(m_file));
        ASSERT_TRUE(writer.finish(asBytes("what comes last")).ok());
        plain.replace(0, 15, "what comes last");
        EXPECT_EQ(asText(readSealed(m_file, m_key).valueOrThrow()), plain) << size;
        // The place that was kept for it is not left as it was.
        EXPECT_NE(test::slurp(m_file).substr(kHeader, 64), std::string(64, '\0'));
        std::filesystem::remove(m_file);
    }
}

TEST_F(SealedFileTest, ChunksAreReadByThemselves) {
    const std::string plain = pattern(2 * kChunk + 500);
    sealedContent(plain);
    const auto reader = SealedReader::open(m_file, m_key).valueOrThrow();
    ASSERT_EQ(reader.chunkBytes(), kChunk);
    std::vector<std::byte> last(500), middle(kChunk);
    ASSERT_TRUE(reader.readChunk(2, last).ok());
    ASSERT_TRUE(reader.readChunk(1, middle).ok());
    EXPECT_EQ(asText(last), plain.substr(2 * kChunk));
    EXPECT_EQ(asText(middle), plain.substr(kChunk, kChunk));
    std::string content = test::slurp(m_file);
    content[kHeader + kStride + 77] ^= 1;
    test::spit(m_file, content);
    const auto changed = SealedReader::open(m_file, m_key).valueOrThrow();
    EXPECT_EQ(changed.readChunk(1, middle).error().code, ErrorCode::DataCorrupt);
    EXPECT_EQ(std::string(asText(middle)), std::string(kChunk, '\0'));  // nothing of it is left
}

TEST_F(SealedFileTest, AFullDiskKeepsTheOldFile) {
    sealedContent("old");
    const std::string plain = pattern(3 * kChunk);
    Status written;
    {
        const test::FileSizeLimit limit(kChunk + kChunk / 2);
        written = writeSealed(m_file, m_key, asBytes(plain));
    }
    EXPECT_EQ(written.error().code, ErrorCode::DiskFull);
    EXPECT_EQ(asText(readSealed(m_file, m_key).valueOrThrow()), "old");
    EXPECT_EQ(test::countFiles(m_dir.path()), 1u);
}

}  // namespace
}  // namespace hearth::core
