#include "engine/formats/gguf_metadata.h"

#include <bit>
#include <limits>

#include "core/strings.h"

namespace hearth::engine {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr uint64_t kMaxKeyBytes = 65535;  // the format's own limit
constexpr uint64_t kMaxElements = uint64_t{1} << 24;
constexpr int kMaxNesting = 4;

/// Calls use(T{}) with the C++ type of a number; false for a type that is none.
template <typename Use>
bool withNumberType(GgufType type, Use use) {
    switch (type) {
        case GgufType::U8:
        case GgufType::Bool:
            return use(uint8_t{}), true;
        case GgufType::I8:
            return use(int8_t{}), true;
        case GgufType::U16:
            return use(uint16_t{}), true;
        case GgufType::I16:
            return use(int16_t{}), true;
        case GgufType::U32:
            return use(uint32_t{}), true;
        case GgufType::I32:
            return use(int32_t{}), true;
        case GgufType::U64:
            return use(uint64_t{}), true;
        case GgufType::I64:
            return use(int64_t{}), true;
        case GgufType::F32:
            return use(float{}), true;
        case GgufType::F64:
            return use(double{}), true;
        case GgufType::String:
        case GgufType::Array:
            break;
    }
    return false;
}

bool isFraction(GgufType type) {
    return type == GgufType::F32 || type == GgufType::F64;
}

uint64_t smallestSize(GgufType type) {
    uint64_t size = sizeof(uint64_t);  // of a string's length
    if (type == GgufType::Array)
        size = sizeof(uint32_t) + sizeof(uint64_t);
    withNumberType(type, [&](auto zero) { size = sizeof(zero); });
    return size;
}

class MetadataReader {
public:
    explicit MetadataReader(GgufCursor& cursor) : m_cursor(cursor) {}

    GgufMetadata read(uint64_t count) {
        GgufMetadata out;
        for (uint64_t i = 0; i < count && problem.empty(); ++i) {
            m_key = m_cursor.text(kMaxKeyBytes);
            GgufValue value = this->value();
            if (m_cursor.failed())
                fail("the metadata ends within key " + std::to_string(i + 1) + " of " +
                     std::to_string(count));
            else if (m_key.empty() || !core::isValidUtf8(m_key))
                fail("key " + std::to_string(i + 1) + " has no valid name");
            else if (problem.empty() && !out.emplace(m_key, std::move(value)).second)
                fail("duplicate key " + m_key);
        }
        return out;
    }

    std::string problem;

private:
    void fail(const std::string& what) {
        if (problem.empty())
            problem = core::printable(what);
    }

    GgufType type() {
        const uint32_t number = m_cursor.number<uint32_t>();
        if (number > uint32_t(GgufType::F64))
            fail("key " + m_key + " has the unknown type " + std::to_string(number));
        return number > uint32_t(GgufType::F64) ? GgufType::U8 : GgufType(number);
    }

    GgufValue value() {
        GgufValue out;
        out.type = type();
        if (out.type == GgufType::Array)
            readArray(out, 1);
        else if (out.type == GgufType::String)
            out.value = m_cursor.text(m_cursor.left());
        else
            readNumber(out);
        return out;
    }

    void readNumber(GgufValue& out) {
        withNumberType(out.type, [&](auto zero) {
            const auto number = m_cursor.number<decltype(zero)>();
            if (isFraction(out.type) ||
                (out.type == GgufType::U64 &&
                 uint64_t(number) > uint64_t(std::numeric_limits<int64_t>::max())))
                out.value = double(number);
            else
                out.value = int64_t(number);
        });
    }

    void readArray(GgufValue& out, int depth) {
        out.element = type();
        const uint64_t count = m_cursor.number<uint64_t>();
        m_elements += std::min(count, kMaxElements);
        if (count > m_cursor.left() / smallestSize(out.element) || m_elements > kMaxElements)
            return fail("key " + m_key + " is an array of " + std::to_string(count) +
                        " elements, more than fit");
        if (out.element == GgufType::Array)
            return skipArrays(count, depth);
        if (out.element == GgufType::String)
            return readTexts(out, count);
        withNumberType(out.element, [&](auto zero) { readNumbers<decltype(zero)>(out, count); });
    }

    void skipArrays(uint64_t count, int depth) {
        if (depth >= kMaxNesting)
            return fail("key " + m_key + " nests arrays more than 4 deep");
        GgufValue ignored;
        for (uint64_t i = 0; i < count && problem.empty() && !m_cursor.failed(); ++i)
            readArray(ignored, depth + 1);
    }

    void readTexts(GgufValue& out, uint64_t count) {
        std::vector<std::string> texts;
        texts.reserve(count);
        for (uint64_t i = 0; i < count && !m_cursor.failed(); ++i)
            texts.push_back(m_cursor.text(m_cursor.left()));
        out.value = std::move(texts);
    }

    template <typename T>
    void readNumbers(GgufValue& out, uint64_t count) {
        using Kept = std::conditional_t<std::is_floating_point_v<T>, double, int64_t>;
        std::vector<Kept> numbers(count);
        for (Kept& number : numbers)
            number = Kept(m_cursor.number<T>());
        out.value = std::move(numbers);
    }

    GgufCursor& m_cursor;
    std::string m_key;
    uint64_t m_elements = 0;
};

template <typename T>
const T& held(const GgufValue& value) {
    const T* out = value.as<T>();
    CORE_ASSERT(out != nullptr);
    return *out;
}

void appendArray(std::string& out, const GgufValue& array) {
    appendGgufNumber(out, uint32_t(array.element));
    const auto append = [&](const auto& elements, auto one) {
        appendGgufNumber(out, uint64_t(elements.size()));
        for (const auto& element : elements)
            one(element);
    };
    if (array.element == GgufType::String)
        return append(held<std::vector<std::string>>(array),
                      [&](const std::string& text) { appendGgufText(out, text); });
    withNumberType(array.element, [&](auto zero) {
        const auto number = [&](auto element) {
            appendGgufNumber(out, static_cast<decltype(zero)>(element));
        };
        if (isFraction(array.element))
            append(held<std::vector<double>>(array), number);
        else
            append(held<std::vector<int64_t>>(array), number);
    });
}

}  // namespace

GgufMetadata readGgufMetadata(GgufCursor& cursor, uint64_t count, std::string& problem) {
    MetadataReader reader(cursor);
    GgufMetadata out = reader.read(count);
    problem = reader.problem;
    return out;
}

void appendGgufText(std::string& out, std::string_view text) {
    appendGgufNumber(out, uint64_t(text.size()));
    out += text;
}

void appendGgufKey(std::string& out, const std::string& key, const GgufValue& value) {
    appendGgufText(out, key);
    appendGgufNumber(out, uint32_t(value.type));
    if (value.type == GgufType::Array)
        return appendArray(out, value);
    if (value.type == GgufType::String)
        return appendGgufText(out, held<std::string>(value));
    withNumberType(value.type, [&](auto zero) {
        using T = decltype(zero);
        appendGgufNumber(out,
                         isFraction(value.type) ? T(held<double>(value)) : T(held<int64_t>(value)));
    });
}

}  // namespace hearth::engine
