#include "engine/formats/chat_segments.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace hearth::engine {

namespace {

bool isAssistant(const nlohmann::json& message) {
    return message.is_object() && message.value("role", nlohmann::json()) == "assistant";
}

/// First range of `ranges` that ends after `position`, or nullptr.
const TextRange* firstAfter(const std::vector<TextRange>& ranges, size_t position) {
    const auto it = std::find_if(ranges.begin(), ranges.end(),
                                 [&](const TextRange& range) { return range.end > position; });
    return it == ranges.end() ? nullptr : &*it;
}

class TurnFinder {
public:
    TurnFinder(const MarkedText& text, const RenderPrefix& renderPrefix, const Tokenizer& tokenizer)
        : m_text(text), m_renderPrefix(renderPrefix), m_tokenizer(tokenizer) {}

    /// Where the turn of message `index` begins; nothing if it left no trace. previous: where
    /// the assistant's turn before it begins.
    std::optional<size_t> begin(size_t index, std::optional<size_t> previous) const {
        const auto before = m_renderPrefix(index, false);
        const auto prompt = m_renderPrefix(index, true);
        const size_t from = previous ? *previous + 1 : 0;
        if (prompt && prompt != before && prompt->size() >= from &&
            m_text.text.starts_with(*prompt) && prompt->size() < m_text.text.size())
            return prompt->size();
        const size_t own = before && m_text.text.starts_with(*before)
                               ? before->size()
                               : (previous ? firstForeign(*previous) : 0);
        const TextRange* first = firstAfter(m_text.assistant, own);
        return first ? std::optional(std::max(first->begin, own)) : std::nullopt;
    }

    /// Where the turn that begins at `begin` ends. limit: where the next turn of the assistant
    /// begins, or the end.
    size_t end(size_t index, size_t begin, size_t limit) const {
        size_t last = begin;
        for (const TextRange& range : m_text.assistant) {
            if (range.begin >= begin && range.begin < limit)
                last = std::max(last, std::min(range.end, limit));
        }
        limit = std::min(limit, firstForeign(last));
        const auto rendered = m_renderPrefix(index + 1, false);
        if (rendered && rendered->size() >= last && m_text.text.starts_with(*rendered))
            limit = std::min(limit, rendered->size());
        return endOfTurnToken(last, limit);
    }

private:
    /// The first byte at or after `from` that another message than the assistant's wrote, or the
    /// end of the text.
    size_t firstForeign(size_t from) const {
        for (const TextRange& range : m_text.input) {
            size_t at = std::max(range.begin, from);
            for (const TextRange& own : m_text.assistant) {
                if (own.begin <= at && at < own.end)
                    at = own.end;
            }
            if (at < range.end)
                return at;
        }
        return m_text.text.size();
    }

    size_t endOfTurnToken(size_t from, size_t limit) const {
        const std::string_view between = std::string_view(m_text.text).substr(from, limit - from);
        size_t afterFirstAdded = from;
        for (const AddedTokenPlace& place : m_tokenizer.addedTokensIn(between)) {
            const size_t end = from + place.range.end;
            if (place.id == m_tokenizer.eosId())
                return end;
            if (afterFirstAdded == from)
                afterFirstAdded = end;
        }
        return afterFirstAdded;
    }

    const MarkedText& m_text;
    const RenderPrefix& m_renderPrefix;
    const Tokenizer& m_tokenizer;
};

}  // namespace

std::vector<TextRange> assistantRanges(const MarkedText& text, const nlohmann::json& messages,
                                       const RenderPrefix& renderPrefix,
                                       const Tokenizer& tokenizer) {
    const TurnFinder finder(text, renderPrefix, tokenizer);
    struct Turn {
        size_t message;
        size_t begin;
    };
    std::vector<Turn> turns;
    for (size_t i = 0; i < messages.size(); ++i) {
        if (!isAssistant(messages[i]))
            continue;
        std::optional<size_t> previous;
        if (!turns.empty())
            previous = turns.back().begin;
        if (const auto begin = finder.begin(i, previous))
            turns.push_back({i, *begin});
    }
    std::vector<TextRange> ranges;
    for (size_t i = 0; i < turns.size(); ++i) {
        const size_t limit = i + 1 < turns.size() ? turns[i + 1].begin : text.text.size();
        const size_t end = finder.end(turns[i].message, turns[i].begin, limit);
        if (end > turns[i].begin)
            ranges.push_back({turns[i].begin, end});
    }
    return ranges;
}

RenderedConversation encodeSegments(const MarkedText& text, const std::vector<TextRange>& ranges,
                                    const Tokenizer& tokenizer) {
    RenderedConversation result;
    const auto append = [&](size_t begin, size_t end, uint8_t mask) {
        std::vector<TextRange> literal;
        for (const TextRange& range : text.input) {
            const TextRange cut{std::max(range.begin, begin), std::min(range.end, end)};
            if (cut.begin < cut.end)
                literal.push_back({cut.begin - begin, cut.end - begin});
        }
        const std::string_view part = std::string_view(text.text).substr(begin, end - begin);
        // After an added token, a text begins as it would in one piece with what went before.
        const bool continues = !result.ids.empty() && !tokenizer.isAdded(result.ids.back());
        const std::vector<int32_t> ids = tokenizer.encodeMarked(part, literal, continues);
        result.ids.insert(result.ids.end(), ids.begin(), ids.end());
        result.assistant_mask.resize(result.ids.size(), mask);
    };
    size_t done = 0;
    for (const TextRange& range : ranges) {
        append(done, range.begin, 0);
        append(range.begin, range.end, 1);
        done = range.end;
    }
    append(done, text.text.size(), 0);
    return result;
}

}  // namespace hearth::engine
