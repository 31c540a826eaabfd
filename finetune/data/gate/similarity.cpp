#include "finetune/data/gate/similarity.h"

#include <algorithm>
#include <string>

#include "engine/formats/case_fold.h"
#include "engine/formats/character_class.h"

namespace hearth::finetune {

namespace {

constexpr int kBandHashes = kMinHashes / kBands;

/// The finaliser of SplitMix64 (Steele, Lea and Flood 2014).
constexpr uint64_t mixed(uint64_t x) {
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
    return x ^ (x >> 31);
}

/// FNV-1a.
uint64_t wordHash(std::string_view word) {
    uint64_t hash = 0xCBF29CE484222325;
    for (const char c : word)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    return mixed(hash);
}

std::vector<uint64_t> wordHashes(std::string_view text) {
    const std::string folded = engine::utf8::foldCase(text);
    const engine::ClassWalker walker(folded);
    constexpr uint16_t kWord = engine::kLetter | engine::kNumber | engine::kMark;
    std::vector<uint64_t> words;
    for (size_t at = 0, next = 0; at < folded.size(); at = next) {
        const uint16_t first = walker.at(at, next);
        if (!(first & kWord))
            continue;
        uint16_t classes = first;
        for (size_t end = next; !(first & engine::kCjk); next = end) {
            classes = walker.at(next, end);
            if (!(classes & kWord) || (classes & engine::kCjk))
                break;
        }
        words.push_back(wordHash(std::string_view(folded).substr(at, next - at)));
    }
    return words;
}

using Signature = std::array<uint32_t, kMinHashes>;

Signature signatureOf(const std::vector<uint32_t>& shingles) {
    Signature signature;
    signature.fill(UINT32_MAX);
    for (const uint32_t shingle : shingles)
        for (int i = 0; i < kMinHashes; ++i) {
            const auto hash = uint32_t(mixed(shingle + uint64_t(i + 1) * 0x9E3779B97F4A7C15) >> 32);
            signature[size_t(i)] = std::min(signature[size_t(i)], hash);
        }
    return signature;
}

uint64_t bandKey(const Signature& signature, int band) {
    uint64_t key = 0;
    for (int i = 0; i < kBandHashes; ++i)
        key = mixed(key + signature[size_t(band * kBandHashes + i)]);
    return key;
}

}  // namespace

std::vector<uint32_t> shinglesOf(std::string_view text) {
    const std::vector<uint64_t> words = wordHashes(text);
    std::vector<uint32_t> shingles;
    const size_t length = std::min(words.size(), size_t(kShingleWords));
    for (size_t i = 0; length > 0 && i + length <= words.size(); ++i) {
        uint64_t hash = 0;
        for (size_t k = 0; k < length; ++k)
            hash = mixed(hash + words[i + k]);
        shingles.push_back(uint32_t(hash >> 32));
    }
    std::sort(shingles.begin(), shingles.end());
    shingles.erase(std::unique(shingles.begin(), shingles.end()), shingles.end());
    return shingles;
}

double jaccard(const std::vector<uint32_t>& a, const std::vector<uint32_t>& b) {
    size_t common = 0;
    for (auto i = a.begin(), k = b.begin(); i != a.end() && k != b.end();) {
        common += *i == *k;
        const bool first = *i <= *k, second = *k <= *i;
        i += first;
        k += second;
    }
    const size_t all = a.size() + b.size() - common;
    return all ? double(common) / double(all) : 0.0;
}

void SimilarityIndex::add(std::vector<uint32_t> shingles) {
    const auto index = uint32_t(m_shingles.size());
    if (!shingles.empty()) {
        const Signature signature = signatureOf(shingles);
        for (int band = 0; band < kBands; ++band)
            m_bands[size_t(band)].push_back({bandKey(signature, band), index});
    }
    m_shingles.push_back(std::move(shingles));
}

void SimilarityIndex::build() {
    for (auto& band : m_bands)
        std::sort(band.begin(), band.end());
}

std::optional<SimilarityIndex::Similar> SimilarityIndex::find(const std::vector<uint32_t>& shingles,
                                                              size_t end) const {
    if (shingles.empty())
        return std::nullopt;
    const Signature signature = signatureOf(shingles);
    std::vector<uint32_t> candidates;
    bool cut = false;
    for (int band = 0; band < kBands; ++band) {
        const auto& entries = m_bands[size_t(band)];
        const uint64_t key = bandKey(signature, band);
        auto entry = std::lower_bound(entries.begin(), entries.end(), Entry{key, 0});
        for (int taken = 0; entry != entries.end() && entry->key == key && entry->index < end;
             ++entry, ++taken) {
            cut = cut || taken == kMostComparisons;
            if (taken == kMostComparisons)
                break;
            candidates.push_back(entry->index);
        }
    }
    std::sort(candidates.begin(), candidates.end());
    candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
    cut = cut || candidates.size() > size_t(kMostComparisons);
    candidates.resize(std::min(candidates.size(), size_t(kMostComparisons)));
    for (const uint32_t candidate : candidates)
        if (const double similarity = jaccard(shingles, m_shingles[candidate]);
            similarity >= kSimilar)
            return Similar{candidate, similarity};
    m_givenUp += cut;
    return std::nullopt;
}

}  // namespace hearth::finetune
