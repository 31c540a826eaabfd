// The keys and values of a GGUF file.
#pragma once
#include "engine/formats/gguf.h"
#include "engine/formats/gguf_cursor.h"

namespace hearth::engine {

/// Reads `count` keys. Bounded: keys of 64 kB, strings that lie in the file, 16 M elements in all
/// arrays together, arrays nested 4 deep. problem: what is wrong, empty when nothing is.
GgufMetadata readGgufMetadata(GgufCursor& cursor, uint64_t count, std::string& problem);

/// A key as the writer puts it. REQUIRES: the value has the kind that its type says.
void appendGgufKey(std::string& out, const std::string& key, const GgufValue& value);

template <typename T>
void appendGgufNumber(std::string& out, T value) {
    out.append(reinterpret_cast<const char*>(&value), sizeof(T));
}
void appendGgufText(std::string& out, std::string_view text);

}  // namespace hearth::engine
