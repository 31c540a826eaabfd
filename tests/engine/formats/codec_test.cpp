// Encoded weights against what other programs make of the same bytes: HF transformers for FP8
// and MXFP4, PyPI's gguf for GGUF (tests/cross/gguf_block_goldens.py).
#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>

#include "engine/formats/codec_fp8.h"
#include "engine/formats/codec_mxfp4.h"
#include "engine/formats/gguf_blocks.h"

namespace hearth::engine {
namespace {

const std::filesystem::path kUnit =
    std::filesystem::path(HEARTH_TEST_DATA_DIR) / "reference" / "unit";

/// Equal down to the sign of zero.
bool sameBits(const std::vector<float>& a, const std::vector<float>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * 4) == 0;
}

std::vector<float> decoded(Codec codec, std::span<const std::byte> bytes) {
    const GgufBlock& block = *ggufBlock(codec);
    const int64_t blocks = int64_t(bytes.size()) / block.bytes;
    return StoredTensor{.shape = {1, blocks * block.elements}, .bytes = bytes, .codec = codec}
        .toFloats();
}

TEST(Fp8Test, EveryCodeHasItsValue) {
    std::ifstream file(kUnit / "e4m3fn.json");
    const auto values = nlohmann::json::parse(file)["values"];
    ASSERT_EQ(values.size(), 256u);
    for (size_t code = 0; code < 256; ++code) {
        const float value = fromE4m3(uint8_t(code));
        if (values[code].is_number())
            EXPECT_EQ(value, values[code].get<float>()) << code;
        else
            EXPECT_TRUE(std::isnan(value)) << code;
        EXPECT_EQ(std::signbit(value) || std::isnan(value), code >= 128 || code == 127) << code;
    }
    EXPECT_EQ(fromE4m3(0x7e), 448.0f);
}

TEST(Fp8Test, EdgeBlocksUseTheirOwnFactor) {
    std::vector<std::byte> codes(130 * 130, std::byte(0x38));  // 1.0
    codes[0] = std::byte(0x7f);
    const std::vector<float> factors{2.0f, 3.0f, 5.0f, 7.0f};
    const auto values = StoredTensor{.shape = {130, 130},
                                     .bytes = codes,
                                     .codec = Codec::Fp8Block,
                                     .scales = std::as_bytes(std::span(factors)),
                                     .scale_columns = 2}
                            .toFloats();
    EXPECT_TRUE(std::isnan(values[0]));
    EXPECT_EQ(values[127], 2.0f);
    EXPECT_EQ(values[128], 3.0f);
    EXPECT_EQ(values[127 * 130 + 1], 2.0f);
    EXPECT_EQ(values[128 * 130], 5.0f);
    EXPECT_EQ(values[129 * 130 + 129], 7.0f);
}

TEST(Mxfp4Test, MatchesTheReference) {
    const auto golden = openSafetensors(kUnit / "mxfp4.safetensors").valueOrThrow();
    const StoredTensor tensor{.shape = {4, 64},
                              .bytes = golden->find("blocks")->bytes,
                              .codec = Codec::Mxfp4,
                              .scales = golden->find("scales")->bytes};
    EXPECT_TRUE(sameBits(tensor.toFloats(), golden->find("dequant")->toFloats()));
}

TEST(Mxfp4Test, CoversTheWholeRangeOfScales) {
    for (int scale = 0; scale < 254; ++scale) {
        EXPECT_EQ(mxfp4Values(uint8_t(scale))[7], std::ldexp(6.0f, scale - 127)) << scale;
        EXPECT_EQ(mxfp4Values(uint8_t(scale))[9], std::ldexp(-0.5f, scale - 127)) << scale;
    }
    EXPECT_EQ(mxfp4Values(0)[1], 0x1p-128f);  // subnormal, still exact
    EXPECT_EQ(mxfp4Values(127)[15], -6.0f);
    EXPECT_EQ(mxfp4Values(253)[5], 3.0f * 0x1p126f);
    EXPECT_TRUE(std::isinf(mxfp4Values(254)[7]));
}

struct GgufCase {
    const char* name;
    Codec codec;
};

class GgufBlockTest : public testing::TestWithParam<GgufCase> {};

TEST_P(GgufBlockTest, DecodesAsGgufDoes) {
    const auto golden = openSafetensors(kUnit / "gguf_blocks.safetensors").valueOrThrow();
    const std::string name = GetParam().name;
    ASSERT_EQ(ggufBlock(GetParam().codec)->name, name);
    const StoredTensor& blocks = *golden->find(name + ".blocks");
    EXPECT_EQ(blocks.shape[1], ggufBlock(GetParam().codec)->bytes);
    EXPECT_EQ(golden->find(name + ".values")->shape[1], ggufBlock(GetParam().codec)->elements);
    EXPECT_TRUE(sameBits(decoded(GetParam().codec, blocks.bytes),
                         golden->find(name + ".values")->toFloats()));
}

TEST_P(GgufBlockTest, AnyBytesDecode) {
    const GgufBlock& block = *ggufBlock(GetParam().codec);
    std::mt19937 random(7);
    for (int i = 0; i < 2000; ++i) {
        // Exactly one block and its values, so that a sanitizer sees a step outside.
        std::vector<std::byte> bytes(size_t(block.bytes));
        for (std::byte& byte : bytes)
            byte = std::byte(random());
        std::vector<float> out(size_t(block.elements));
        block.decode(bytes.data(), out.data());
    }
}

INSTANTIATE_TEST_SUITE_P(
    All, GgufBlockTest,
    testing::Values(GgufCase{"Q8_0", Codec::GgufQ8_0}, GgufCase{"Q4_0", Codec::GgufQ4_0},
                    GgufCase{"Q4_1", Codec::GgufQ4_1}, GgufCase{"Q4_K", Codec::GgufQ4_K},
                    GgufCase{"Q5_K", Codec::GgufQ5_K}, GgufCase{"Q6_K", Codec::GgufQ6_K},
                    GgufCase{"MXFP4", Codec::GgufMxfp4}),
    [](const auto& info) { return std::string(info.param.name); });

using Encode = void (*)(std::span<const float>, std::byte*);

void expectEncoding(const std::string& name, Encode encode) {
    const auto golden = openSafetensors(kUnit / "gguf_blocks.safetensors").valueOrThrow();
    const std::vector<float> values = golden->find("encode.values")->toFloats();
    const auto expected = golden->find("encode." + name)->bytes;
    std::vector<std::byte> bytes(expected.size());
    encode(values, bytes.data());
    EXPECT_TRUE(std::equal(expected.begin(), expected.end(), bytes.begin()));
}

TEST(GgufEncodeTest, MatchesTheReferenceQuantisers) {
    expectEncoding("Q8_0", encodeQ8_0);
    expectEncoding("Q4_0", encodeQ4_0);
    expectEncoding("F16", encodeF16);
}

/// Half a step, and what rounding the step itself to F16 adds: 2^-11 of it, times the quant.
TEST(GgufEncodeTest, DecodesWithinHalfAStep) {
    std::mt19937 random(3);
    std::normal_distribution<float> normal;
    std::vector<float> values(320);
    for (float& value : values)
        value = normal(random);
    std::vector<std::byte> bytes(340);
    encodeQ8_0(values, bytes.data());
    const std::vector<float> back = decoded(Codec::GgufQ8_0, bytes);
    for (size_t i = 0; i < values.size(); ++i) {
        float largest = 0;
        for (size_t j = i / 32 * 32; j < i / 32 * 32 + 32; ++j)
            largest = std::max(largest, std::fabs(values[j]));
        EXPECT_NEAR(back[i], values[i], largest / 127 * (0.5 + 127 * 0x1p-11) * (1 + 1e-6));
    }
}

TEST(GgufEncodeTest, WhatIsNotFiniteStaysVisible) {
    for (const float bad :
         {std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) {
        std::vector<float> values(64, 1.0f);
        values[40] = bad;
        std::vector<std::byte> q8(68), q4(36);
        encodeQ8_0(values, q8.data());
        encodeQ4_0(values, q4.data());
        for (const auto& back : {decoded(Codec::GgufQ8_0, q8), decoded(Codec::GgufQ4_0, q4)}) {
            EXPECT_NEAR(back[31], 1.0f, 0.01f);
            EXPECT_TRUE(std::isnan(back[32]));
            EXPECT_TRUE(std::isnan(back[63]));
        }
    }
}

TEST(GgufEncodeTest, ValuesTooSmallForAScaleBecomeZero) {
    const std::vector<float> tiny(32, 1e-44f);
    std::vector<std::byte> q8(34), q4(18);
    encodeQ8_0(tiny, q8.data());
    encodeQ4_0(tiny, q4.data());
    EXPECT_EQ(decoded(Codec::GgufQ8_0, q8)[0], 0.0f);
    EXPECT_EQ(decoded(Codec::GgufQ4_0, q4)[0], 0.0f);
}

TEST(F16Test, EveryHalfSurvivesAndTiesGoToEven) {
    for (uint32_t bits = 0; bits < 0x10000; ++bits) {
        const float value = fromF16(uint16_t(bits));
        if (std::isnan(value))
            EXPECT_TRUE(std::isnan(fromF16(toF16(value))));
        else
            EXPECT_EQ(toF16(value), bits);
    }
    EXPECT_EQ(toF16(1.0f + 0x1p-11f), 0x3c00);
    EXPECT_EQ(toF16(1.0f + 3 * 0x1p-11f), 0x3c02);
    EXPECT_EQ(toF16(0x1p-25f), 0);       // half of the least
    EXPECT_EQ(toF16(3 * 0x1p-25f), 2);   // one and a half of it
    EXPECT_EQ(toF16(65519.0f), 0x7bff);  // the largest
    EXPECT_EQ(toF16(65520.0f), 0x7c00);
    EXPECT_EQ(toF16(-1e9f), 0xfc00);
}

class PlainRowsTest : public testing::TestWithParam<DType> {};

TEST_P(PlainRowsTest, OrdersRowsAndTurnsMatrices) {
    // -5 to 6, as [3, 4].
    std::vector<std::byte> bytes;
    const auto put = [&](const auto& value) {
        const auto raw = std::as_bytes(std::span(&value, 1));
        bytes.insert(bytes.end(), raw.begin(), raw.end());
    };
    for (int i = 0; i < 12; ++i) {
        const float value = float(i - 5);
        switch (GetParam()) {
            case DType::F32:
                put(value);
                break;
            case DType::F64:
                put(double(value));
                break;
            case DType::BF16:
                put(toBf16(value));
                break;
            default:
                put(toF16(value));
        }
    }
    StoredTensor tensor{.dtype = GetParam(), .shape = {3, 4}, .bytes = bytes};
    EXPECT_EQ(tensor.toFloats()[11], 6.0f);
    tensor.shape = {2, 4};
    tensor.row_order = std::make_shared<const std::vector<int32_t>>(std::vector{2, 0});
    EXPECT_EQ(tensor.toFloats(), (std::vector<float>{3, 4, 5, 6, -5, -4, -3, -2}));
    tensor.transposed = true;
    tensor.shape = {2, 3};  // columns 2 and 0 of the bytes' [3, 4]
    EXPECT_EQ(tensor.toFloats(), (std::vector<float>{-3, 1, 5, -5, -1, 3}));
    std::vector<float> row(3);
    tensor.readRows(1, 2, row.data());
    EXPECT_EQ(row, (std::vector<float>{-5, -1, 3}));
    tensor.transposed = false;
    tensor.shape = {2};
    EXPECT_EQ(tensor.toFloats(), (std::vector<float>{-3, -5}));
}

INSTANTIATE_TEST_SUITE_P(All, PlainRowsTest,
                         testing::Values(DType::F32, DType::F64, DType::BF16, DType::F16),
                         [](const auto& info) { return std::string(dtypeName(info.param)); });

}  // namespace
}  // namespace hearth::engine
