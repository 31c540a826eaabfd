#include "engine/formats/bpe_alphabet.h"

#include <array>

#include "engine/formats/utf8.h"

namespace hearth::engine {

namespace {

constexpr char32_t kFirstSubstitute = 0x100;
constexpr size_t kCodePoints = 0x144;  // one past the last substitute

bool standsForItself(int byte) {
    return (byte >= '!' && byte <= '~') || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
}

struct Alphabet {
    std::array<std::string, 256> characters;
    std::array<int, kCodePoints> bytes;

    Alphabet() {
        bytes.fill(-1);
        char32_t substitute = kFirstSubstitute;
        for (int byte = 0; byte < 256; ++byte) {
            const char32_t c = standsForItself(byte) ? static_cast<char32_t>(byte) : substitute++;
            utf8::append(c, characters[byte]);
            bytes[c] = byte;
        }
    }
};

const Alphabet& alphabet() {
    static const Alphabet instance;
    return instance;
}

}  // namespace

const std::string& bpeCharacterOfByte(uint8_t byte) {
    return alphabet().characters[byte];
}

std::optional<std::string> bpeBytesOfToken(std::string_view token) {
    std::string bytes;
    for (size_t i = 0; i < token.size();) {
        const utf8::Sequence c = utf8::decodeAt(token, i);
        if (!c.valid || c.codePoint >= kCodePoints || alphabet().bytes[c.codePoint] < 0)
            return std::nullopt;
        bytes.push_back(static_cast<char>(alphabet().bytes[c.codePoint]));
        i += c.length;
    }
    return bytes;
}

std::string bpeTokenOfBytes(std::string_view bytes) {
    std::string token;
    for (const char byte : bytes)
        token += bpeCharacterOfByte(static_cast<uint8_t>(byte));
    return token;
}

}  // namespace hearth::engine
