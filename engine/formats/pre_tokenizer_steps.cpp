#include "engine/formats/pre_tokenizer_steps.h"

#include <nlohmann/json.hpp>

#include "core/json.h"
#include "engine/formats/pre_tokenizer_pattern.h"

namespace hearth::engine {

namespace {

constexpr size_t kMaxNameBytes = 1 << 16;
constexpr const char* kSpaceMark = "\u2581";
// \w+|[^\w\s]+ in the meaning of Rust's regex crate.
constexpr const char* kWords = R"([\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]+)"
                               R"(|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}\s]+)";
// ASCII punctuation has symbols too.
constexpr const char* kPunctuation = R"([\p{P}$+<=>^`|~])";

core::Error unsupported(const std::string& what) {
    return {core::ErrorCode::Unsupported, "the tokenizer needs " + what + ", which isn't supported",
            "tokenizer.json, pre_tokenizer"};
}

core::Error corrupt(const std::string& what) {
    return {core::ErrorCode::DataCorrupt, what, "tokenizer.json, pre_tokenizer"};
}

core::Result<SplitBehavior> readBehavior(const nlohmann::json& spec, const char* fallback) {
    const std::optional<std::string> otherwise =
        fallback ? std::optional<std::string>(fallback) : std::nullopt;
    CORE_ASSIGN(const std::string name,
                core::readString(spec, "behavior", kMaxNameBytes, otherwise));
    const std::pair<const char*, SplitBehavior> known[] = {
        {"Isolated", SplitBehavior::Isolated},
        {"Removed", SplitBehavior::Removed},
        {"MergedWithPrevious", SplitBehavior::MergedWithPrevious},
        {"MergedWithNext", SplitBehavior::MergedWithNext},
        {"Contiguous", SplitBehavior::Contiguous}};
    for (const auto& [text, behavior] : known) {
        if (name == text)
            return behavior;
    }
    return unsupported("the Split behavior \"" + name + "\"");
}

/// Cuts where a pattern matches.
class Split : public PreTokenizerStep {
public:
    Split(PreTokenizerPattern pattern, SplitBehavior behavior, bool invert)
        : m_pattern(std::move(pattern)), m_behavior(behavior), m_invert(invert) {}

    void apply(std::string_view piece, PieceStart, Pieces& out) const override {
        Writer writer(*this, piece, out);
        size_t done = 0;
        while (done < piece.size()) {
            const std::optional<TextRange> match = m_pattern.find(piece, done);
            if (!match)
                break;
            writer.add(done, match->begin, m_invert);
            writer.add(match->begin, match->end, !m_invert);
            done = match->end;
        }
        writer.add(done, piece.size(), m_invert);
        writer.finish();
    }

private:
    /// Takes matches and gaps in turn, and puts out what the behavior makes of them.
    class Writer {
    public:
        Writer(const Split& split, std::string_view piece, Pieces& out)
            : m_behavior(split.m_behavior), m_piece(piece), m_out(out) {}

        void add(size_t begin, size_t end, bool isMatch) {
            if (begin == end)
                return;
            if (begin > m_begin && !joins(isMatch))
                flush(begin);
            m_lastIsMatch = isMatch;
            m_end = end;
        }
        void finish() { flush(m_end); }

    private:
        /// Whether the part belongs to the piece that the part before it is in.
        bool joins(bool isMatch) const {
            switch (m_behavior) {
                case SplitBehavior::MergedWithPrevious:
                    return isMatch && !m_lastIsMatch;
                case SplitBehavior::MergedWithNext:
                    return !isMatch && m_lastIsMatch;
                case SplitBehavior::Contiguous:
                    return isMatch == m_lastIsMatch;
                default:
                    return false;
            }
        }

        void flush(size_t end) {
            const bool dropped = m_behavior == SplitBehavior::Removed && m_lastIsMatch;
            if (end > m_begin && !dropped)
                m_out.views.push_back(m_piece.substr(m_begin, end - m_begin));
            m_begin = end;
        }

        SplitBehavior m_behavior;
        std::string_view m_piece;
        Pieces& m_out;
        size_t m_begin = 0;  // of the piece under way
        size_t m_end = 0;
        bool m_lastIsMatch = false;
    };

    PreTokenizerPattern m_pattern;
    SplitBehavior m_behavior;
    bool m_invert;
};

class PrefixSpace : public PreTokenizerStep {
public:
    void apply(std::string_view piece, PieceStart start, Pieces& out) const override {
        if (start != PieceStart::Middle && !piece.starts_with(' '))
            piece = out.copies.emplace_back(' ' + std::string(piece));
        out.views.push_back(piece);
    }
};

/// SentencePiece's: spaces become a mark, one goes in front, and pieces begin at marks.
class Metaspace : public PreTokenizerStep {
public:
    enum class Prepend { Always, First, Never };
    Metaspace(std::string mark, Prepend prepend, bool splits)
        : m_mark(std::move(mark)), m_prepend(prepend), m_splits(splits) {}

    void apply(std::string_view piece, PieceStart start, Pieces& out) const override {
        std::string marked;
        marked.reserve(piece.size() + m_mark.size());
        const bool prepends = m_prepend == Prepend::Always
                                  ? start != PieceStart::Middle
                                  : m_prepend == Prepend::First && start == PieceStart::Text;
        if (prepends && !piece.starts_with(' ') && !piece.starts_with(m_mark))
            marked = m_mark;
        for (const char c : piece) {
            if (c == ' ')
                marked += m_mark;
            else
                marked += c;
        }
        const std::string_view text = out.copies.emplace_back(std::move(marked));
        if (!m_splits) {
            out.views.push_back(text);
            return;
        }
        for (size_t begin = 0; begin < text.size();) {
            const size_t end = std::min(text.find(m_mark, begin + 1), text.size());
            out.views.push_back(text.substr(begin, end - begin));
            begin = end;
        }
    }

private:
    std::string m_mark;
    Prepend m_prepend;
    bool m_splits;
};

core::Result<PreTokenizerStepPtr> splitStep(const nlohmann::json& spec) {
    CORE_ASSIGN(const SplitBehavior behavior, readBehavior(spec, nullptr));
    CORE_ASSIGN(const bool invert, core::readBool(spec, "invert", false));
    const nlohmann::json* pattern = core::findField(spec, "pattern");
    if (!pattern || !pattern->is_object())
        return corrupt("a Split has no pattern");
    if (pattern->contains("Regex")) {
        CORE_ASSIGN(const std::string regex, core::readString(*pattern, "Regex", kMaxNameBytes));
        return regexStep(regex, behavior, invert);
    }
    CORE_ASSIGN(const std::string text, core::readString(*pattern, "String", kMaxNameBytes));
    CORE_ASSIGN(PreTokenizerPattern literal, PreTokenizerPattern::literal(text));
    return PreTokenizerStepPtr(std::make_shared<Split>(std::move(literal), behavior, invert));
}

}  // namespace

core::Result<PreTokenizerStepPtr> regexStep(const std::string& regex, SplitBehavior behavior,
                                            bool invert) {
    CORE_ASSIGN(PreTokenizerPattern pattern, PreTokenizerPattern::compile(regex));
    return PreTokenizerStepPtr(std::make_shared<Split>(std::move(pattern), behavior, invert));
}

PreTokenizerStepPtr prefixSpaceStep() {
    return std::make_shared<PrefixSpace>();
}

core::Result<PreTokenizerStepPtr> patternStep(const std::string& type, const nlohmann::json& spec) {
    if (type == "Split")
        return splitStep(spec);
    if (type == "Digits") {
        CORE_ASSIGN(const bool individual, core::readBool(spec, "individual_digits", false));
        return regexStep(individual ? "\\p{N}" : "\\p{N}+", SplitBehavior::Isolated);
    }
    if (type == "Punctuation") {
        CORE_ASSIGN(const SplitBehavior behavior, readBehavior(spec, "Isolated"));
        return regexStep(kPunctuation, behavior);
    }
    if (type == "Whitespace")
        return regexStep(kWords, SplitBehavior::Removed, true);
    if (type == "WhitespaceSplit")
        return regexStep("\\s", SplitBehavior::Removed);
    if (type == "CharDelimiterSplit") {
        CORE_ASSIGN(const std::string text, core::readString(spec, "delimiter", kMaxNameBytes));
        CORE_ASSIGN(PreTokenizerPattern literal, PreTokenizerPattern::literal(text));
        return PreTokenizerStepPtr(
            std::make_shared<Split>(std::move(literal), SplitBehavior::Removed, false));
    }
    return PreTokenizerStepPtr();
}

core::Result<PreTokenizerStepPtr> metaspaceStep(const nlohmann::json& spec) {
    CORE_ASSIGN(std::string mark, core::readString(spec, "replacement", kMaxNameBytes, kSpaceMark));
    if (mark.empty())
        return corrupt("a Metaspace has an empty replacement");
    CORE_ASSIGN(const bool splits, core::readBool(spec, "split", true));
    // Files from before prepend_scheme say add_prefix_space instead.
    CORE_ASSIGN(const bool addsPrefix, core::readBool(spec, "add_prefix_space", true));
    CORE_ASSIGN(const std::string scheme, core::readString(spec, "prepend_scheme", kMaxNameBytes,
                                                           addsPrefix ? "always" : "never"));
    using Prepend = Metaspace::Prepend;
    Prepend prepend = Prepend::Always;
    if (scheme == "first")
        prepend = Prepend::First;
    else if (scheme == "never")
        prepend = Prepend::Never;
    else if (scheme != "always")
        return unsupported("the Metaspace prepend_scheme \"" + scheme + "\"");
    return PreTokenizerStepPtr(std::make_shared<Metaspace>(std::move(mark), prepend, splits));
}

}  // namespace hearth::engine
