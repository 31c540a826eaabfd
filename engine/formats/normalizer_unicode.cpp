// Unicode's normalisation forms and SentencePiece's precompiled map.
#include <utf8proc.h>

#include <cstdlib>
#include <cstring>
#include <memory>

#include "core/strings.h"
#include "engine/formats/normalizer_steps.h"
#include "engine/formats/utf8.h"

namespace hearth::engine {

namespace {

utf8proc_option_t optionsOf(UnicodeForm form) {
    const int compose = form == UnicodeForm::Nfc || form == UnicodeForm::Nfkc ? UTF8PROC_COMPOSE
                                                                              : UTF8PROC_DECOMPOSE;
    const int compatible =
        form == UnicodeForm::Nfkc || form == UnicodeForm::Nfkd ? UTF8PROC_COMPAT : 0;
    return static_cast<utf8proc_option_t>(UTF8PROC_STABLE | compose | compatible);
}

std::string mapped(std::string_view text, utf8proc_option_t options) {
    utf8proc_uint8_t* raw = nullptr;
    const utf8proc_ssize_t length =
        utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                     static_cast<utf8proc_ssize_t>(text.size()), &raw, options);
    const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(raw, &std::free);
    if (length < 0)
        throw core::Exception({core::ErrorCode::ResourceExhausted, utf8proc_errmsg(length), ""});
    return {reinterpret_cast<const char*>(raw), static_cast<size_t>(length)};
}

bool isAscii(char byte) {
    return (byte & 0x80) == 0;
}

/// Stays as it is in the form and never joins the character before it.
bool isInert(char32_t c, UnicodeForm form) {
    constexpr char32_t kFirstMark = 0x300;
    constexpr char32_t kFirstJamo = 0x1100;
    constexpr char32_t kLastJamo = 0x11FF;
    constexpr char32_t kFirstSyllable = 0xAC00;
    constexpr char32_t kLastSyllable = 0xD7A3;
    if (c >= kFirstJamo && c <= kLastJamo)
        return false;
    if (c >= kFirstSyllable && c <= kLastSyllable)
        return form == UnicodeForm::Nfc || form == UnicodeForm::Nfkc;
    if (c < kFirstMark && form == UnicodeForm::Nfc)
        return true;
    const utf8proc_property_t* property = utf8proc_get_property(static_cast<utf8proc_int32_t>(c));
    return property->combining_class == 0 && property->decomp_seqindex == UINT16_MAX &&
           property->comb_index == UINT16_MAX;
}

class Form : public NormalizerStep {
public:
    explicit Form(UnicodeForm form) : m_form(form), m_options(optionsOf(form)) {}

    /// Changes the text in stretches, each from one character that is certain to stand alone
    /// before the next that isn't, so that flags stay near to what they mark.
    void apply(FlaggedText& text) const override {
        if (std::all_of(text.text.begin(), text.text.end(), isAscii))
            return;
        FlaggedWriter writer(text);
        for (size_t at = 0; at < text.text.size();) {
            const size_t inert = endOfInert(text.text, at);
            writer.copy(at, inert);
            at = inert;
            const size_t end = endOfOthers(text.text, at);
            if (at < end)
                writer.replace(at, end,
                               mapped(std::string_view(text.text).substr(at, end - at), m_options));
            at = end;
        }
        writer.finish();
    }

private:
    /// The last character before one that isn't inert may yet join it, so it is left out.
    size_t endOfInert(std::string_view text, size_t at) const {
        size_t last = at;
        while (at < text.size()) {
            const utf8::Sequence c = utf8::decodeAt(text, at);
            if (!isAscii(text[at]) && !isInert(c.codePoint, m_form))
                return last;
            last = at;
            at += c.length;
        }
        return at;
    }

    size_t endOfOthers(std::string_view text, size_t at) const {
        const size_t begin = at;
        while (at < text.size()) {
            const utf8::Sequence c = utf8::decodeAt(text, at);
            const bool standsAlone = isAscii(text[at]) || isInert(c.codePoint, m_form);
            if (standsAlone && at > begin)
                break;
            at += c.length;
        }
        return at;
    }

    UnicodeForm m_form;
    utf8proc_option_t m_options;
};

/// A double array (Darts-clone's layout): a trie of the character sequences that change, whose
/// values are where their replacements begin in a block of zero-terminated texts.
class Precompiled : public NormalizerStep {
public:
    Precompiled(std::vector<uint32_t> units, std::string texts)
        : m_units(std::move(units)), m_texts(std::move(texts)) {}

    void apply(FlaggedText& text) const override {
        FlaggedWriter writer(text);
        for (size_t at = 0; at < text.text.size();) {
            const size_t end = endOfGrapheme(text.text, at);
            normalizeGrapheme(text.text, at, end, writer);
            at = end;
        }
        writer.finish();
    }

private:
    // Hugging Face looks a grapheme up as a whole only below this many bytes.
    static constexpr size_t kLongGrapheme = 6;

    static size_t endOfGrapheme(std::string_view text, size_t at) {
        utf8proc_int32_t state = 0;
        utf8::Sequence c = utf8::decodeAt(text, at);
        at += c.length;
        while (at < text.size()) {
            const utf8::Sequence next = utf8::decodeAt(text, at);
            if (utf8proc_grapheme_break_stateful(static_cast<utf8proc_int32_t>(c.codePoint),
                                                 static_cast<utf8proc_int32_t>(next.codePoint),
                                                 &state))
                break;
            c = next;
            at += c.length;
        }
        return at;
    }

    void normalizeGrapheme(std::string_view text, size_t begin, size_t end,
                           FlaggedWriter& writer) const {
        std::string_view replacement;
        if (end - begin < kLongGrapheme && find(text.substr(begin, end - begin), replacement))
            return writer.replace(begin, end, replacement);
        for (size_t at = begin; at < end;) {
            const size_t next = at + utf8::decodeAt(text, at).length;
            if (find(text.substr(at, next - at), replacement))
                writer.replace(at, next, replacement);
            else
                writer.copy(at, next);
            at = next;
        }
    }

    static size_t offsetOf(uint32_t unit) { return (unit >> 10) << ((unit & 1u << 9) >> 6); }
    static bool hasLeaf(uint32_t unit) { return (unit >> 8 & 1) != 0; }
    static uint32_t labelOf(uint32_t unit) { return unit & (1u << 31 | 0xFF); }

    /// By the shortest key that `text` begins with, which is what Hugging Face takes.
    bool find(std::string_view text, std::string_view& replacement) const {
        size_t node = offsetOf(m_units[0]);
        for (const char character : text) {
            const auto byte = static_cast<unsigned char>(character);
            node ^= byte;
            if (byte == 0 || node >= m_units.size() || labelOf(m_units[node]) != byte)
                return false;
            const uint32_t unit = m_units[node];
            node ^= offsetOf(unit);
            if (!hasLeaf(unit))
                continue;
            if (node >= m_units.size())
                return false;
            const size_t begin = m_units[node] & ~(1u << 31);
            // A replacement that began within a character would not be UTF-8.
            if (begin >= m_texts.size() || (m_texts[begin] & 0xC0) == 0x80)
                return false;
            replacement = m_texts.c_str() + begin;
            return true;
        }
        return false;
    }

    std::vector<uint32_t> m_units;
    std::string m_texts;
};

}  // namespace

NormalizerStepPtr unicodeFormStep(UnicodeForm form) {
    return std::make_shared<Form>(form);
}

core::Result<NormalizerStepPtr> precompiledStep(std::string_view charsmap) {
    const core::Error corrupt{core::ErrorCode::DataCorrupt, "precompiled_charsmap is broken",
                              "tokenizer.json, normalizer"};
    uint32_t trieBytes = 0;  // both numbers little-endian, as the machine is
    if (charsmap.size() < sizeof trieBytes)
        return corrupt;
    std::memcpy(&trieBytes, charsmap.data(), sizeof trieBytes);
    charsmap.remove_prefix(sizeof trieBytes);
    if (trieBytes == 0 || trieBytes % sizeof(uint32_t) != 0 || trieBytes > charsmap.size())
        return corrupt;
    std::vector<uint32_t> units(trieBytes / sizeof(uint32_t));
    std::memcpy(units.data(), charsmap.data(), trieBytes);
    std::string texts(charsmap.substr(trieBytes));
    if (!core::isValidUtf8(texts))
        return corrupt;
    return NormalizerStepPtr(std::make_shared<Precompiled>(std::move(units), std::move(texts)));
}

}  // namespace hearth::engine
