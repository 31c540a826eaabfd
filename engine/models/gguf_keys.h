// Reads the metadata of a GGUF file.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/formats/gguf.h"

namespace hearth::engine {

/// Remembers the first key that is missing or of another kind; reads after that return zeros.
/// Check status() before using what was read. Names are without the architecture's prefix
/// ("block_count"), except "general.*" and "tokenizer.*".
class GgufKeys {
public:
    explicit GgufKeys(const GgufFile& file);

    /// general.architecture; empty when missing.
    const std::string& architecture() const { return m_architecture; }

    bool has(std::string_view name) const { return find(name) != nullptr; }
    /// Of a key that there is; U32 when there is none.
    GgufType kindOf(std::string_view name) const {
        const GgufValue* value = find(name);
        return value ? value->type : GgufType::U32;
    }
    /// A number, or a list of one number for every layer that is the same for all.
    int64_t integer(std::string_view name, std::optional<int64_t> absent = {});
    /// An F32 is taken for the shortest decimal that it rounds to: 1e-05, not 9.99999975e-06.
    double number(std::string_view name, std::optional<double> absent = {});
    bool flag(std::string_view name, bool absent);
    std::string text(std::string_view name, const std::string& absent);
    /// Null when absent; a problem when it is no such list.
    template <typename T>
    const std::vector<T>* list(std::string_view name) {
        const GgufValue* value = find(name);
        if (value && !value->as<std::vector<T>>())
            fail(name, "is not a list of the right kind");
        return value ? value->as<std::vector<T>>() : nullptr;
    }

    void fail(std::string_view name, const std::string& what,
              core::ErrorCode code = core::ErrorCode::DataCorrupt);
    core::Status status() const;

private:
    std::string fullName(std::string_view name) const;
    const GgufValue* find(std::string_view name) const;

    const GgufFile& m_file;
    std::string m_architecture;
    std::optional<core::Error> m_problem;
};

/// The double whose decimal form is the shortest that gives this F32.
double shortestDouble(float value);

}  // namespace hearth::engine
