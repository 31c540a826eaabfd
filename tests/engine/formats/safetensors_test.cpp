// Reading and writing of safetensors, and every way such a file can be wrong.
#include <cmath>
#include <limits>

#include "engine/formats/weight_source.h"
#include "tests/support/temp_dir.h"

namespace hearth::engine {
namespace {

std::vector<std::byte> toBytes(const std::string& text) {
    const auto bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
}

std::string lengthField(uint64_t length) {
    std::string out(8, '\0');
    for (size_t i = 0; i < 8; ++i)
        out[i] = char(length >> (8 * i) & 0xff);
    return out;
}

/// A file with this header and `dataBytes` bytes of data.
std::vector<std::byte> fileWith(const std::string& header, size_t dataBytes) {
    return toBytes(lengthField(header.size()) + header + std::string(dataBytes, '\1'));
}

std::string entry(const std::string& name, const std::string& dtype, const std::string& shape,
                  const std::string& offsets) {
    return "\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape +
           ",\"data_offsets\":" + offsets + "}";
}

core::Error refusal(std::vector<std::byte> bytes) {
    auto source = parseSafetensors(std::move(bytes), "case.safetensors");
    EXPECT_FALSE(source.ok());
    return source.ok() ? core::Error{} : source.error();
}

void expectCorrupt(const std::string& header, size_t dataBytes, const std::string& says) {
    const core::Error error = refusal(fileWith(header, dataBytes));
    EXPECT_EQ(error.code, core::ErrorCode::DataCorrupt) << header;
    EXPECT_NE(error.message.find(says), std::string::npos) << error.message;
    EXPECT_EQ(error.context, "case.safetensors");
}

const std::vector<float> kValues{1.0f, -2.5f, 3.25f, 0.0f, 1e-8f, 6e4f};
const std::vector<int32_t> kInts{1, -7};

std::vector<TensorToWrite> sample() {
    return {{"weight", DType::F32, {2, 3}, std::as_bytes(std::span(kValues))},
            {"ids", DType::I32, {2}, std::as_bytes(std::span(kInts))}};
}

void expectSample(const WeightSource& source) {
    EXPECT_EQ(source.names(), (std::vector<std::string>{"weight", "ids"}));
    const StoredTensor* weight = source.find("weight");
    ASSERT_NE(weight, nullptr);
    EXPECT_EQ(weight->shape, (std::vector<int64_t>{2, 3}));
    EXPECT_EQ(weight->toFloats(), kValues);
    ASSERT_NE(source.find("ids"), nullptr);
    EXPECT_EQ(source.find("ids")->toInts(), (std::vector<int64_t>{1, -7}));
    EXPECT_EQ(source.find("other"), nullptr);
}

TEST(SafetensorsTest, RoundTripsThroughAFile) {
    const test::TempDir dir;
    const auto file = dir / "a.safetensors";
    ASSERT_TRUE(writeSafetensors(file, sample()).ok());
    const auto source = openSafetensors(file);
    ASSERT_TRUE(source.ok()) << source.error().text();
    expectSample(**source);
    EXPECT_EQ(test::countFiles(dir.path()), 1u) << "the temporary file stayed";
}

TEST(SafetensorsTest, RoundTripsThroughMemory) {
    const auto source = parseSafetensors(serializeSafetensors(sample()), "memory");
    ASSERT_TRUE(source.ok()) << source.error().text();
    expectSample(**source);
}

TEST(SafetensorsTest, RoundTripsNamesThatNeedEscapes) {
    const std::string name = "a\"b\\c\n\xc3\xa4";
    const auto source = parseSafetensors(
        serializeSafetensors({{name, DType::I32, {2}, std::as_bytes(std::span(kInts))}}), "m");
    ASSERT_TRUE(source.ok()) << source.error().text();
    EXPECT_NE((*source)->find(name), nullptr);
}

TEST(SafetensorsTest, DataIsAlignedToEightBytes) {
    const auto bytes = serializeSafetensors(sample());
    EXPECT_EQ((bytes.size() - kValues.size() * 4 - kInts.size() * 4) % 8, 0u);
}

TEST(SafetensorsTest, AFullDiskLeavesTheOldFile) {
    const test::TempDir dir;
    const auto file = dir / "a.safetensors";
    ASSERT_TRUE(writeSafetensors(file, sample()).ok());
    const std::vector<float> big(100000, 1.0f);
    {
        const test::FileSizeLimit limit(4096);
        EXPECT_FALSE(
            writeSafetensors(file, {{"big", DType::F32, {100000}, std::as_bytes(std::span(big))}})
                .ok());
    }
    EXPECT_EQ(test::countFiles(dir.path()), 1u);
    const auto source = openSafetensors(file);
    ASSERT_TRUE(source.ok()) << source.error().text();
    expectSample(**source);
}

TEST(SafetensorsTest, RefusesEveryTruncation) {
    const auto whole = serializeSafetensors(sample());
    for (size_t length = 0; length < whole.size(); ++length) {
        const auto source =
            parseSafetensors({whole.begin(), whole.begin() + std::ptrdiff_t(length)}, "truncated");
        ASSERT_FALSE(source.ok()) << length;
        EXPECT_EQ(source.error().code, core::ErrorCode::DataCorrupt) << length;
    }
}

TEST(SafetensorsTest, SurvivesEveryFlippedHeaderByte) {
    const auto whole = serializeSafetensors(sample());
    const size_t headerEnd = whole.size() - kValues.size() * 4 - kInts.size() * 4;
    size_t refused = 0;
    for (size_t i = 0; i < headerEnd; ++i) {
        for (const int mask : {0x01, 0x20, 0x80}) {
            auto damaged = whole;
            damaged[i] ^= std::byte(mask);
            const auto source = parseSafetensors(damaged, "damaged");
            refused += source.ok() ? 0 : 1;
            if (!source.ok())
                continue;
            for (const std::string& name : (*source)->names())
                EXPECT_FALSE((*source)->find(name)->toFloats().empty());
        }
    }
    EXPECT_GT(refused, headerEnd);
}

TEST(SafetensorsTest, RefusesOverlapHoleAndTrailingBytes) {
    const std::string first = entry("a", "F32", "[2]", "[0,8]");
    expectCorrupt("{" + first + "," + entry("b", "F32", "[2]", "[4,12]") + "}", 12, "overlaps");
    expectCorrupt("{" + first + "," + entry("b", "F32", "[2]", "[0,8]") + "}", 8, "overlaps");
    expectCorrupt("{" + first + "," + entry("b", "F32", "[2]", "[12,20]") + "}", 20, "hole");
    expectCorrupt("{" + entry("a", "F32", "[2]", "[4,12]") + "}", 12, "hole");
    expectCorrupt("{" + first + "}", 9, "after the last tensor");
    expectCorrupt("{}", 1, "after the last tensor");
}

TEST(SafetensorsTest, RefusesOffsetsOutsideTheFile) {
    expectCorrupt("{" + entry("a", "F32", "[2]", "[0,8]") + "}", 7, "tensor a ends at byte 8");
    expectCorrupt("{" + entry("a", "F32", "[2]", "[8,0]") + "}", 8, "bad data_offsets");
    expectCorrupt("{" + entry("a", "F32", "[2]", "[0]") + "}", 8, "bad data_offsets");
    expectCorrupt(
        "{" + entry("a", "F32", "[2]", "[18446744073709551608,18446744073709551615]") + "}", 8,
        "ends at byte");
}

TEST(SafetensorsTest, RefusesShapesThatDoNotFitTheirBytes) {
    expectCorrupt("{" + entry("a", "F32", "[3]", "[0,8]") + "}", 8, "its shape needs 12");
    expectCorrupt("{" + entry("a", "F32", "[0]", "[0,0]") + "}", 0, "impossible shape");
    expectCorrupt("{" + entry("a", "F32", "[4611686018427387904]", "[0,8]") + "}", 8,
                  "impossible shape");
    expectCorrupt("{" + entry("a", "F32", "[4294967296,4294967296]", "[0,0]") + "}", 0,
                  "impossible shape");
    expectCorrupt("{" + entry("a", "F32", "[18446744073709551615,2]", "[0,8]") + "}", 8,
                  "impossible shape");
    expectCorrupt("{" + entry("a", "F32", "[99999999999999999999]", "[0,8]") + "}", 8, "header");
    expectCorrupt("{" + entry("a", "F32", "[1,1,1,1,1,1,1,1,1]", "[0,4]") + "}", 4, "a number");
}

TEST(SafetensorsTest, RefusesDuplicateKeysEverywhere) {
    const std::string a = entry("a", "F32", "[2]", "[0,8]");
    expectCorrupt("{" + a + "," + a + "}", 8, "duplicate key a");
    expectCorrupt(R"({"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}})", 8,
                  "given twice");
    expectCorrupt(R"({"__metadata__":{"k":"1","k":"2"},)" + a + "}", 8, "duplicate metadata");
    expectCorrupt(R"({"__metadata__":{},"__metadata__":{},)" + a + "}", 8, "duplicate key");
}

TEST(SafetensorsTest, RefusesHeadersThatAreNotTheGrammar) {
    for (const std::string header :
         {"",
          " ",
          "[]",
          " {}",
          "{",
          "{}x",
          "nul",
          R"({"a":1})",
          R"({"a":[]})",
          R"({"a":{}})",
          R"({"a":{"dtype":1,"shape":[2],"data_offsets":[0,8]}})",
          R"({"a":{"dtype":"F32","shape":2,"data_offsets":[0,8]}})",
          R"({"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})",
          R"({"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}})",
          R"({"a":{"dtype":"F32","shape":[[2]],"data_offsets":[0,8]}})",
          R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,9]}})",
          R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"extra":1}})",
          R"({"a":{"dtype":"F32","shape":[2]}})",
          R"({"__metadata__":{"a":1}})",
          R"({"__metadata__":"x"})"}) {
        EXPECT_EQ(refusal(fileWith(header, 8)).code, core::ErrorCode::DataCorrupt) << header;
    }
}

TEST(SafetensorsTest, NestingEndsTheParseAtOnce) {
    const std::string deep(1 << 20, '[');
    expectCorrupt("{\"a\":" + deep, 0, "an array where none belongs");
}

TEST(SafetensorsTest, RefusesAHugeHeaderLengthBeforeReading) {
    for (const uint64_t length :
         {uint64_t(17) << 20, uint64_t(1) << 40, std::numeric_limits<uint64_t>::max()}) {
        const core::Error error = refusal(toBytes(lengthField(length) + "{}"));
        EXPECT_NE(error.message.find("more than 16 MB"), std::string::npos) << error.message;
    }
    EXPECT_NE(refusal(toBytes(lengthField(3) + "{}")).message.find("inside its header"),
              std::string::npos);
}

TEST(SafetensorsTest, UnknownDtypeNamesTensorAndKnownOnes) {
    const core::Error error =
        refusal(fileWith("{" + entry("w", "F8_E5M2", "[8]", "[0,8]") + "}", 8));
    EXPECT_EQ(error.code, core::ErrorCode::Unsupported);
    EXPECT_NE(error.message.find("w has dtype F8_E5M2"), std::string::npos) << error.message;
    EXPECT_NE(error.message.find("BF16"), std::string::npos);
}

TEST(SafetensorsTest, MissingFileIsNotFound) {
    const auto source = openSafetensors("/nonexistent/model.safetensors");
    ASSERT_FALSE(source.ok());
    EXPECT_EQ(source.error().code, core::ErrorCode::NotFound);
    const test::TempDir dir;
    const auto directory = openSafetensors(dir.path());
    ASSERT_FALSE(directory.ok());
    EXPECT_EQ(directory.error().code, core::ErrorCode::DataCorrupt);
}

TEST(FloatConversionTest, Bf16RoundsToNearestEven) {
    EXPECT_EQ(toBf16(1.0f), 0x3f80);
    EXPECT_EQ(toBf16(1.00390625f), 0x3f80);  // half a step above 1: to even, down
    EXPECT_EQ(toBf16(1.01171875f), 0x3f82);  // one and a half steps: to even, up
    EXPECT_EQ(toBf16(1.005f), 0x3f81);
    EXPECT_EQ(toBf16(-0.0f), 0x8000);
    EXPECT_EQ(toBf16(std::numeric_limits<float>::max()), 0x7f80);
    EXPECT_TRUE(std::isnan(fromBf16(toBf16(std::numeric_limits<float>::signaling_NaN()))));
    for (uint32_t bits = 0; bits < 0x10000; ++bits) {
        const float value = fromBf16(uint16_t(bits));
        if (std::isnan(value))
            continue;
        ASSERT_EQ(toBf16(value), bits);
    }
}

TEST(FloatConversionTest, F16CoversEveryKindOfNumber) {
    EXPECT_EQ(fromF16(0x3c00), 1.0f);
    EXPECT_EQ(fromF16(0xc100), -2.5f);
    EXPECT_EQ(fromF16(0x7bff), 65504.0f);
    EXPECT_EQ(fromF16(0x0001), std::ldexp(1.0f, -24));
    EXPECT_EQ(fromF16(0x03ff), std::ldexp(1023.0f, -24));
    EXPECT_EQ(fromF16(0x0400), std::ldexp(1.0f, -14));
    EXPECT_EQ(fromF16(0x7c00), std::numeric_limits<float>::infinity());
    EXPECT_TRUE(std::isnan(fromF16(0x7e00)));
    EXPECT_TRUE(std::signbit(fromF16(0x8000)));
}

}  // namespace
}  // namespace hearth::engine
