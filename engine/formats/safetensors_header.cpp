#include "engine/formats/safetensors_header.h"

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <unordered_set>

namespace hearth::engine {
namespace {

using core::Error;
using core::ErrorCode;

constexpr size_t kMaxRank = 8;
constexpr DType kKnownTypes[] = {DType::F32, DType::BF16, DType::F16,    DType::I32,
                                 DType::I64, DType::F64,  DType::F8E4M3, DType::U8};

/// A tensor's entry before its offsets have been checked.
struct Entry {
    std::string name;
    std::string dtype;
    std::vector<uint64_t> shape;
    std::vector<uint64_t> offsets;
    unsigned fields = 0;  // bits of Field seen
};

enum Field : unsigned { kDtype = 1, kShape = 2, kOffsets = 4, kAllFields = 7 };

/// Accepts exactly the header's grammar, so nesting, unknown fields and duplicate keys end the
/// parse where they occur and nothing is built from them.
class HeaderReader : public nlohmann::json_sax<nlohmann::json> {
public:
    std::vector<Entry> entries;
    std::string problem;

    bool start_object(size_t) override {
        if (m_state == State::Start)
            return enter(State::Top);
        if (m_state == State::TopValue)
            return enter(m_metadata ? State::Metadata : State::Tensor);
        return fail("an object where none belongs");
    }
    bool end_object() override {
        if (m_state == State::Tensor && entries.back().fields != kAllFields)
            return fail("dtype, shape or data_offsets is missing");
        return enter(m_state == State::Top ? State::End : State::Top);
    }
    bool key(string_t& name) override {
        switch (m_state) {
            case State::Top:
                return topKey(name);
            case State::Tensor:
                return tensorKey(name);
            case State::Metadata:
                return m_metadataNames.insert(name).second ? enter(State::MetadataValue)
                                                           : fail("duplicate metadata key " + name);
            default:
                return fail("unexpected key " + name);
        }
    }
    bool string(string_t& value) override {
        if (m_state == State::MetadataValue)
            return enter(State::Metadata);
        if (m_state != State::Dtype)
            return fail("a string where none belongs");
        entries.back().dtype = value;
        return enter(State::Tensor);
    }
    bool start_array(size_t) override {
        if (m_state == State::Shape)
            return enter(State::ShapeItems);
        if (m_state == State::Offsets)
            return enter(State::OffsetItems);
        return fail("an array where none belongs");
    }
    bool end_array() override { return enter(State::Tensor); }
    bool number_unsigned(number_unsigned_t value) override {
        if (m_state == State::ShapeItems && entries.back().shape.size() < kMaxRank) {
            entries.back().shape.push_back(value);
            return true;
        }
        if (m_state == State::OffsetItems && entries.back().offsets.size() < 2) {
            entries.back().offsets.push_back(value);
            return true;
        }
        return fail("a number where none belongs");
    }
    bool number_integer(number_integer_t) override { return fail("a negative number"); }
    bool number_float(number_float_t, const string_t&) override { return fail("a fraction"); }
    bool null() override { return fail("null"); }
    bool boolean(bool) override { return fail("a boolean"); }
    bool binary(binary_t&) override { return fail("binary data"); }
    bool parse_error(size_t position, const std::string&,
                     const nlohmann::json::exception&) override {
        return fail("not valid JSON at header byte " + std::to_string(position));
    }

    /// Name of the tensor being read, for messages.
    std::string where() const { return entries.empty() ? "" : entries.back().name; }

private:
    enum class State {
        Start,
        Top,
        TopValue,
        Tensor,
        Dtype,
        Shape,
        ShapeItems,
        Offsets,
        OffsetItems,
        Metadata,
        MetadataValue,
        End
    };

    bool enter(State state) {
        m_state = state;
        return true;
    }
    bool fail(const std::string& what) {
        if (problem.empty())
            problem = what;
        return false;
    }
    bool topKey(const std::string& name) {
        if (!m_names.insert(name).second)
            return fail("duplicate key " + name);
        m_metadata = name == "__metadata__";
        if (!m_metadata)
            entries.push_back({.name = name, .dtype = {}, .shape = {}, .offsets = {}});
        return enter(State::TopValue);
    }
    bool tensorKey(const std::string& name) {
        if (name == "dtype")
            return tensorField(kDtype, State::Dtype);
        if (name == "shape")
            return tensorField(kShape, State::Shape);
        if (name == "data_offsets")
            return tensorField(kOffsets, State::Offsets);
        return fail("unknown field " + name);
    }
    bool tensorField(Field field, State next) {
        if (entries.back().fields & field)
            return fail("a field given twice");
        entries.back().fields |= field;
        return enter(next);
    }

    State m_state = State::Start;
    bool m_metadata = false;
    std::unordered_set<std::string> m_names;
    std::unordered_set<std::string> m_metadataNames;
};

Error corrupt(const std::string& label, const std::string& what) {
    return {ErrorCode::DataCorrupt, "The safetensors file is damaged: " + what, label};
}

core::Result<DType> parseType(const Entry& entry, const std::string& label) {
    std::string known;
    for (const DType type : kKnownTypes) {
        if (entry.dtype == dtypeName(type))
            return type;
        known += (known.empty() ? "" : ", ") + std::string(dtypeName(type));
    }
    return Error{
        ErrorCode::Unsupported,
        "Tensor " + entry.name + " has dtype " + entry.dtype.substr(0, 32) + "; known are " + known,
        label};
}

/// Shape times element size; nothing when a dimension is zero or the product does not fit.
std::optional<uint64_t> byteSize(const Entry& entry, DType dtype) {
    uint64_t size = uint64_t(dtypeSize(dtype));
    for (const uint64_t dim : entry.shape) {
        if (dim == 0 || __builtin_mul_overflow(size, dim, &size))
            return std::nullopt;
    }
    return size <= uint64_t(INT64_MAX) ? std::optional(size) : std::nullopt;
}

core::Result<StoredTensor> checkEntry(Entry& entry, std::span<const std::byte> data,
                                      const std::string& label) {
    CORE_ASSIGN(const DType dtype, parseType(entry, label));
    const auto size = byteSize(entry, dtype);
    if (!size)
        return corrupt(label, "tensor " + entry.name + " has an impossible shape");
    if (entry.offsets.size() != 2 || entry.offsets[0] > entry.offsets[1])
        return corrupt(label, "tensor " + entry.name + " has bad data_offsets");
    const auto [begin, end] = std::pair(entry.offsets[0], entry.offsets[1]);
    if (end > data.size())
        return corrupt(label, "tensor " + entry.name + " ends at byte " + std::to_string(end) +
                                  " of " + std::to_string(data.size()) + " (truncated file?)");
    if (end - begin != *size)
        return corrupt(label, "tensor " + entry.name + " has " + std::to_string(end - begin) +
                                  " bytes where its shape needs " + std::to_string(*size));
    return StoredTensor{std::move(entry.name), dtype,
                        std::vector<int64_t>(entry.shape.begin(), entry.shape.end()),
                        data.subspan(begin, *size)};
}

core::Status checkCoverage(const std::vector<StoredTensor>& tensors,
                           std::span<const std::byte> data, const std::string& label) {
    const std::byte* next = data.data();
    for (const StoredTensor& tensor : tensors) {
        if (tensor.bytes.data() != next)
            return corrupt(label, "tensor " + tensor.name +
                                      (tensor.bytes.data() < next ? " overlaps the one before it"
                                                                  : " is preceded by a hole"));
        next += tensor.bytes.size();
    }
    if (next != data.data() + data.size())
        return corrupt(label, "bytes after the last tensor");
    return {};
}

bool startsWith(std::span<const std::byte> file, std::string_view text) {
    return file.size() >= text.size() && std::memcmp(file.data(), text.data(), text.size()) == 0;
}

core::Result<uint64_t> headerLength(std::span<const std::byte> file, const std::string& label) {
    if (startsWith(file, "version https://git-lfs"))
        return Error{ErrorCode::DataCorrupt,
                     "This is a git-lfs pointer, not the weights: fetch them with git lfs pull",
                     label};
    if (file.size() < kSafetensorsLengthBytes)
        return corrupt(label, "shorter than its length field");
    uint64_t length = 0;
    for (size_t i = 0; i < kSafetensorsLengthBytes; ++i)
        length |= uint64_t(file[i]) << (8 * i);
    if (length > kMaxSafetensorsHeader)
        return corrupt(label, "the header claims more than 16 MB");
    if (length > file.size() - kSafetensorsLengthBytes)
        return corrupt(label, "the file ends inside its header");
    if (length < 2 || file[kSafetensorsLengthBytes] != std::byte('{'))
        return corrupt(label, "the header does not start with '{'");
    return length;
}

core::Result<std::vector<Entry>> parseEntries(std::span<const std::byte> header,
                                              const std::string& label) {
    const auto* text = reinterpret_cast<const char*>(header.data());
    HeaderReader reader;
    if (!nlohmann::json::sax_parse(text, text + header.size(), &reader)) {
        const std::string where = reader.where().empty() ? "" : " (at " + reader.where() + ")";
        return corrupt(label, "header: " + reader.problem + where);
    }
    return std::move(reader.entries);
}

}  // namespace

core::Result<std::vector<StoredTensor>> readSafetensorsHeader(std::span<const std::byte> file,
                                                              const std::string& label) {
    CORE_ASSIGN(const uint64_t length, headerLength(file, label));
    CORE_ASSIGN(std::vector<Entry> entries,
                parseEntries(file.subspan(kSafetensorsLengthBytes, length), label));
    const auto data = file.subspan(kSafetensorsLengthBytes + length);
    std::vector<StoredTensor> tensors;
    tensors.reserve(entries.size());
    for (Entry& entry : entries) {
        CORE_ASSIGN(StoredTensor tensor, checkEntry(entry, data, label));
        tensors.push_back(std::move(tensor));
    }
    std::sort(tensors.begin(), tensors.end(), [](const StoredTensor& a, const StoredTensor& b) {
        return a.bytes.data() < b.bytes.data();
    });
    CORE_TRY(checkCoverage(tensors, data, label));
    return tensors;
}

}  // namespace hearth::engine
