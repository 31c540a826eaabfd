#include "engine/formats/gguf_merges.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "engine/formats/utf8.h"

namespace hearth::engine {

namespace {

// Every way to cut a token is looked up, in time that grows with the square of its length. The
// longest tokens of published vocabularies, runs of spaces, take a few hundred bytes.
constexpr size_t kMaxTokenBytes = 1024;

struct Candidate {
    float score;
    size_t token;
    size_t leftBytes;
    size_t leftCharacters;
};

/// Whether text may come to stand for a token by merging.
bool isMade(const GgufVocabulary& vocabulary, size_t id) {
    if (vocabulary.token_type.empty())
        return true;
    const auto type = static_cast<GgufTokenType>(vocabulary.token_type[id]);
    return type == GgufTokenType::Normal || type == GgufTokenType::UserDefined;
}

}  // namespace

core::Result<std::vector<TokenPair>> mergesOfScores(const GgufVocabulary& vocabulary) {
    std::unordered_map<std::string_view, size_t> ids;
    for (size_t id = 0; id < vocabulary.tokens.size(); ++id)
        ids.emplace(vocabulary.tokens[id], id);
    std::vector<Candidate> candidates;
    for (size_t id = 0; id < vocabulary.tokens.size(); ++id) {
        const std::string_view token = vocabulary.tokens[id];
        if (!std::isfinite(vocabulary.scores[id]))
            return core::Error{core::ErrorCode::DataCorrupt,
                               "token " + std::to_string(id) + " has a score that is no number",
                               "tokenizer.ggml.scores"};
        if (!isMade(vocabulary, id) || token.empty())
            continue;
        if (token.size() > kMaxTokenBytes)
            return core::Error{core::ErrorCode::DataCorrupt,
                               "token " + std::to_string(id) + " is longer than " +
                                   std::to_string(kMaxTokenBytes) + " bytes",
                               "tokenizer.ggml.tokens"};
        size_t characters = 0;
        for (size_t at = utf8::decodeAt(token, 0).length; at < token.size();
             at += utf8::decodeAt(token, at).length) {
            ++characters;
            if (ids.contains(token.substr(0, at)) && ids.contains(token.substr(at)))
                candidates.push_back({vocabulary.scores[id], id, at, characters});
        }
    }
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const Candidate& a, const Candidate& b) {
                         if (a.score != b.score)
                             return a.score > b.score;
                         return a.leftCharacters > b.leftCharacters;
                     });
    std::vector<TokenPair> merges;
    merges.reserve(candidates.size());
    for (const Candidate& candidate : candidates) {
        const std::string& token = vocabulary.tokens[candidate.token];
        merges.emplace_back(token.substr(0, candidate.leftBytes),
                            token.substr(candidate.leftBytes));
    }
    return merges;
}

std::vector<float> scoresOfMerges(const std::vector<std::string>& tokens,
                                  const std::vector<TokenPair>& merges) {
    std::unordered_map<std::string, size_t> firstMerge;
    for (size_t i = 0; i < merges.size(); ++i)
        firstMerge.emplace(merges[i].first + merges[i].second, i);
    std::vector<float> scores;
    scores.reserve(tokens.size());
    for (const std::string& token : tokens) {
        const auto it = firstMerge.find(token);
        scores.push_back(it == firstMerge.end() ? 0.0f : -1.0f - static_cast<float>(it->second));
    }
    return scores;
}

}  // namespace hearth::engine
