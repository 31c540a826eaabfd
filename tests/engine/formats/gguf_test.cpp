// Reading and writing of GGUF, and every way such a file can be wrong. The bytes of a good file are
// spelled out here, apart from the product's writer.
#include "engine/formats/gguf.h"

#include <cstring>

#include "tests/support/temp_dir.h"

namespace hearth::engine {
namespace {

using core::ErrorCode;

/// Appends fields as the format lays them out.
struct RawBytes {
    std::string data;

    template <typename T>
    RawBytes& number(T value) {
        char bytes[sizeof(T)];
        std::memcpy(bytes, &value, sizeof(T));
        data.append(bytes, sizeof(T));
        return *this;
    }
    RawBytes& text(const std::string& value) {
        number(uint64_t(value.size()));
        data += value;
        return *this;
    }
    RawBytes& key(const std::string& name, uint32_t type) { return text(name).number(type); }
    RawBytes& tensor(const std::string& name, const std::vector<uint64_t>& dims, uint32_t type,
                     uint64_t offset) {
        text(name).number(uint32_t(dims.size()));
        for (const uint64_t dim : dims)
            number(dim);
        return number(type).number(offset);
    }
    RawBytes& pad(size_t alignment) {
        data.resize((data.size() + alignment - 1) / alignment * alignment, '\0');
        return *this;
    }
    std::vector<std::byte> bytes() const {
        const auto view = std::as_bytes(std::span(data));
        return {view.begin(), view.end()};
    }
};

RawBytes start(uint64_t tensors, uint64_t keys, uint32_t version = 3) {
    RawBytes out;
    out.data = "GGUF";
    return out.number(version).number(tensors).number(keys);
}

/// Two tensors: "a" F32 [2, 3] and "q" Q8_0 [1, 32].
RawBytes sample(uint32_t version = 3) {
    RawBytes out = start(2, 3, version);
    out.key("general.architecture", 8).text("llama");
    out.key("tokens", 9).number(uint32_t(8)).number(uint64_t(2)).text("x").text("yz");
    out.key("eps", 6).number(1e-5f);
    out.tensor("a", {3, 2}, 0, 0).tensor("q", {32, 1}, 8, 32).pad(32);
    for (int i = 0; i < 6; ++i)
        out.number(float(i) - 2.5f);
    out.pad(32).number(uint16_t(0x3800));  // 0.5 as F16
    for (int i = 0; i < 32; ++i)
        out.number(int8_t(i - 16));
    return out;
}

core::Error refusal(const RawBytes& file) {
    const auto parsed = parseGguf(file.bytes(), "case.gguf");
    EXPECT_FALSE(parsed.ok());
    return parsed.ok() ? core::Error{} : parsed.error();
}

void expectRefused(const RawBytes& file, ErrorCode code, const std::string& says) {
    const core::Error error = refusal(file);
    EXPECT_EQ(error.code, code) << error.message;
    EXPECT_NE(error.message.find(says), std::string::npos) << error.message;
    EXPECT_EQ(error.context, "case.gguf");
}

void expectCorrupt(const RawBytes& file, const std::string& says) {
    expectRefused(file, ErrorCode::DataCorrupt, says);
}

TEST(GgufTest, ReadsMetadataAndTensors) {
    for (const uint32_t version : {2u, 3u}) {
        const auto file = parseGguf(sample(version).bytes(), "x").valueOrThrow();
        const GgufMetadata& metadata = file->metadata();
        EXPECT_EQ(*metadata.at("general.architecture").as<std::string>(), "llama");
        EXPECT_EQ(*metadata.at("tokens").as<std::vector<std::string>>(),
                  (std::vector<std::string>{"x", "yz"}));
        EXPECT_FLOAT_EQ(float(*metadata.at("eps").as<double>()), 1e-5f);
        EXPECT_EQ(file->names(), (std::vector<std::string>{"a", "q"}));
        const StoredTensor* a = file->find("a");
        EXPECT_EQ(a->shape, (std::vector<int64_t>{2, 3}));
        EXPECT_EQ(a->dtype, DType::F32);
        EXPECT_EQ(a->codec, Codec::Plain);
        float last = 0;
        std::memcpy(&last, a->bytes.data() + 20, 4);
        EXPECT_EQ(last, 2.5f);
        const StoredTensor* q = file->find("q");
        EXPECT_EQ(q->codec, Codec::GgufQ8_0);
        EXPECT_EQ(q->shape, (std::vector<int64_t>{1, 32}));
        EXPECT_EQ(q->bytes.size(), 34u);
        EXPECT_EQ(int8_t(q->bytes[2]), -16);
        EXPECT_EQ(file->find("b"), nullptr);
    }
}

TEST(GgufTest, ReadsEveryTypeOfValue) {
    RawBytes file = start(0, 14);
    file.key("u8", 0).number(uint8_t(200)).key("i8", 1).number(int8_t(-3));
    file.key("u16", 2).number(uint16_t(60000)).key("i16", 3).number(int16_t(-4));
    file.key("u32", 4).number(uint32_t(4000000000)).key("i32", 5).number(int32_t(-5));
    file.key("bool", 7).number(uint8_t(1)).key("u64", 10).number(uint64_t(1) << 40);
    file.key("huge", 10).number(~uint64_t(0)).key("i64", 11).number(int64_t(-6));
    file.key("f64", 12).number(0.1);
    file.key("ints", 9).number(uint32_t(5)).number(uint64_t(2)).number(-1).number(7);
    file.key("floats", 9).number(uint32_t(6)).number(uint64_t(1)).number(0.5f);
    // [[1], []] of U8: nothing needs it, so it is skipped.
    file.key("nested", 9).number(uint32_t(9)).number(uint64_t(2));
    file.number(uint32_t(0)).number(uint64_t(1)).number(uint8_t(1));
    file.number(uint32_t(0)).number(uint64_t(0));
    const auto parsed = parseGguf(file.bytes(), "x").valueOrThrow();
    const auto integer = [&](const char* key) { return *parsed->metadata().at(key).as<int64_t>(); };
    EXPECT_EQ(integer("u8"), 200);
    EXPECT_EQ(integer("i8"), -3);
    EXPECT_EQ(integer("u16"), 60000);
    EXPECT_EQ(integer("i16"), -4);
    EXPECT_EQ(integer("u32"), 4000000000);
    EXPECT_EQ(integer("i32"), -5);
    EXPECT_EQ(integer("bool"), 1);
    EXPECT_EQ(integer("u64"), int64_t(1) << 40);
    EXPECT_EQ(*parsed->metadata().at("huge").as<double>(), 18446744073709551616.0);
    EXPECT_EQ(integer("i64"), -6);
    EXPECT_EQ(*parsed->metadata().at("f64").as<double>(), 0.1);
    EXPECT_EQ(*parsed->metadata().at("ints").as<std::vector<int64_t>>(),
              (std::vector<int64_t>{-1, 7}));
    EXPECT_EQ(*parsed->metadata().at("floats").as<std::vector<double>>(),
              (std::vector<double>{0.5}));
    EXPECT_NE(parsed->metadata().at("nested").as<std::monostate>(), nullptr);
}

TEST(GgufTest, EveryTruncationIsRefused) {
    const RawBytes whole = sample();
    for (size_t size = 0; size < whole.data.size(); ++size) {
        RawBytes cut;
        cut.data = whole.data.substr(0, size);
        EXPECT_EQ(refusal(cut).code, ErrorCode::DataCorrupt) << size;
    }
}

TEST(GgufTest, EveryChangedByteIsReadOrRefused) {
    // Not a property of the values: that nothing is read out of bounds, which the sanitizers see.
    const RawBytes whole = sample();
    for (size_t i = 0; i < whole.data.size(); ++i) {
        for (const char change : {'\x01', '\x80', '\xff'}) {
            RawBytes changed = whole;
            changed.data[i] = char(changed.data[i] ^ change);
            const auto parsed = parseGguf(changed.bytes(), "x");
            if (!parsed.ok()) {
                EXPECT_FALSE(parsed.error().message.empty());
            }
        }
    }
}

TEST(GgufTest, RefusesOtherVersions) {
    expectRefused(start(0, 0, 1), ErrorCode::Unsupported, "version 1");
    expectRefused(start(0, 0, 4), ErrorCode::Unsupported, "version 4");
    expectRefused(start(0, 0, 0x03000000), ErrorCode::Unsupported, "big-endian");
    RawBytes other = sample();
    other.data[0] = 'X';
    expectCorrupt(other, "begin with");
}

TEST(GgufTest, RefusesCountsThatCannotBe) {
    expectCorrupt(start(0, uint64_t(1) << 60), "keys");
    expectCorrupt(start(uint64_t(1) << 60, 0), "tensors");
    RawBytes array = start(0, 1);
    array.key("k", 9).number(uint32_t(8)).number(uint64_t(1) << 61);
    expectCorrupt(array, "more than fit");
    RawBytes text = start(0, 1);
    text.key("k", 8).number(~uint64_t(0));
    expectCorrupt(text, "ends within key 1");
}

TEST(GgufTest, RefusesDeepNesting) {
    RawBytes file = start(0, 1);
    file.key("k", 9);
    for (int depth = 0; depth < 40; ++depth)
        file.number(uint32_t(9)).number(uint64_t(1));
    file.number(uint32_t(0)).number(uint64_t(0));
    expectCorrupt(file, "nests arrays");
}

TEST(GgufTest, RefusesBadKeys) {
    RawBytes twice = start(0, 2);
    twice.key("k", 0).number(uint8_t(1)).key("k", 0).number(uint8_t(1));
    expectCorrupt(twice, "duplicate key k");
    RawBytes type = start(0, 1);
    type.key("k", 13).number(uint64_t(0));
    expectCorrupt(type, "unknown type 13");
    RawBytes alignment = start(0, 1);
    alignment.key("general.alignment", 4).number(uint32_t(48));
    expectCorrupt(alignment, "general.alignment");
}

TEST(GgufTest, RefusesBadTensors) {
    const auto with = [](const std::vector<uint64_t>& dims, uint32_t type, uint64_t offset) {
        return start(1, 0).tensor("t", dims, type, offset).pad(32).number(0.0f).pad(32);
    };
    expectCorrupt(with({}, 0, 0), "0 dimensions");
    expectCorrupt(with({1, 1, 1, 1, 1}, 0, 0), "5 dimensions");
    expectCorrupt(with({0}, 0, 0), "larger than the file");
    expectCorrupt(with({uint64_t(1) << 62, 16}, 0, 0), "larger than the file");
    expectCorrupt(with({33}, 8, 0), "no multiple of Q8_0's block");
    expectCorrupt(with({8}, 0, 4), "not aligned");
    expectCorrupt(with({8}, 0, 32), "beyond the end");
    expectRefused(with({32}, 10, 0), ErrorCode::Unsupported, "tensor t is stored as Q2_K");
    expectRefused(with({32}, 99, 0), ErrorCode::Unsupported, "type 99");
}

TEST(GgufTest, RefusesOverlapAndDuplicates) {
    RawBytes overlap = start(2, 0);
    overlap.tensor("a", {16}, 0, 0).tensor("b", {8}, 0, 32).pad(32);
    overlap.data.resize(overlap.data.size() + 64);
    expectCorrupt(overlap, "a and b overlap");
    RawBytes twice = start(2, 0);
    twice.tensor("a", {8}, 0, 0).tensor("a", {8}, 0, 32).pad(32);
    twice.data.resize(twice.data.size() + 64);
    expectCorrupt(twice, "duplicate tensor a");
}

const std::vector<float> kValues{1.0f, -2.5f, 3.25f, 0.0f, 1e-8f, 6e4f};

GgufTensorToWrite valuesTensor() {
    return {.name = "a", .shape = {2, 3}, .produce = [](const ByteSink& sink) -> core::Status {
                const auto bytes = std::as_bytes(std::span(kValues));
                CORE_TRY(sink(bytes.first(5)));
                return sink(bytes.subspan(5));
            }};
}

GgufMetadata sampleMetadata() {
    return {{"general.architecture", GgufValue::text("llama")},
            {"llama.block_count", GgufValue::u32(4)},
            {"llama.eps", GgufValue::f32(1e-5)},
            {"flag", GgufValue::flag(true)},
            {"texts", GgufValue::texts({"", "\xec\x95\x88"})},
            {"ints", GgufValue::i32s({-1, 2})},
            {"floats", GgufValue::f32s({0.5f})}};
}

TEST(GgufTest, WritesWhatItReads) {
    const test::TempDir dir;
    int64_t reported = 0;
    writeGguf(dir / "x.gguf", sampleMetadata(), {valuesTensor()}, [&](int64_t bytes) {
        reported += bytes;
        return true;
    }).orThrow();
    EXPECT_EQ(reported, 24);
    const auto file = openGguf(dir / "x.gguf").valueOrThrow();
    EXPECT_EQ(file->metadata().size(), 7u);
    for (const auto& [key, value] : sampleMetadata()) {
        const GgufValue& read = file->metadata().at(key);
        EXPECT_EQ(read.type, value.type) << key;
        if (key == "llama.eps")  // written as F32
            EXPECT_EQ(float(*read.as<double>()), 1e-5f);
        else
            EXPECT_EQ(read.value, value.value) << key;
    }
    const StoredTensor* a = file->find("a");
    ASSERT_NE(a, nullptr);
    EXPECT_EQ(a->shape, (std::vector<int64_t>{2, 3}));
    EXPECT_EQ(std::memcmp(a->bytes.data(), kValues.data(), a->bytes.size()), 0);
}

TEST(GgufTest, FailedWritesLeaveNothing) {
    const test::TempDir dir;
    const auto cancelled =
        writeGguf(dir / "x.gguf", {}, {valuesTensor()}, [](int64_t) { return false; });
    ASSERT_FALSE(cancelled.ok());
    EXPECT_EQ(cancelled.error().code, ErrorCode::Cancelled);
    {
        const test::FileSizeLimit full(64);
        EXPECT_FALSE(writeGguf(dir / "x.gguf", sampleMetadata(), {valuesTensor()}).ok());
    }
    EXPECT_TRUE(std::filesystem::is_empty(dir.path()));
}

TEST(GgufTest, NamesAMissingFile) {
    const auto file = openGguf("/nonexistent/x.gguf");
    ASSERT_FALSE(file.ok());
    EXPECT_EQ(file.error().code, ErrorCode::NotFound);
}

}  // namespace
}  // namespace hearth::engine
