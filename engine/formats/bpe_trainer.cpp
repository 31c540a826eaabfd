#include "engine/formats/bpe_trainer.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "core/file.h"
#include "core/strings.h"
#include "engine/formats/bpe_merge_learner.h"
#include "engine/formats/bpe_trainer_json.h"
#include "engine/formats/pre_tokenizer.h"
#include "engine/formats/utf8.h"

namespace hearth::engine {

namespace {

constexpr unsigned kFileMode = 0644;  // a tokenizer is no secret; the folder decides who reads

core::Error invalid(const std::string& what) {
    return {core::ErrorCode::InvalidArgument, what, "tokenizer training"};
}

core::Status checkOptions(const BpeTrainerOptions& options) {
    const std::vector<std::string>& special = options.specialTokens;
    for (const std::string& token : special) {
        if (token.empty() || !core::isValidUtf8(token))
            return invalid("a special token is empty or not UTF-8");
        if (std::count(special.begin(), special.end(), token) > 1)
            return invalid("the special token " + token + " is listed twice");
    }
    for (const std::string& token : {options.bosToken, options.eosToken, options.padToken}) {
        if (!token.empty() && std::find(special.begin(), special.end(), token) == special.end())
            return invalid(token + " is not one of the special tokens");
    }
    if (options.addBosToken && options.bosToken.empty())
        return invalid("addBosToken needs a bosToken");
    const int64_t least = static_cast<int64_t>(special.size()) + BpeMergeLearner::kBytes;
    if (options.vocabSize < least)
        return invalid("the vocabulary needs at least " + std::to_string(least) + " tokens");
    return {};
}

}  // namespace

struct BpeTrainer::PieceCounts {
    /// Lets the map be asked with a string_view.
    struct StringHash {
        using is_transparent = void;
        size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
    };

    PreTokenizer preTokenizer;
    Pieces pieces;
    std::unordered_map<std::string, int64_t, StringHash, std::equal_to<>> counts;

    PieceCounts() {
        const auto spec = nlohmann::json::parse(kTrainedPreTokenizer);
        preTokenizer = PreTokenizer::parse(&spec).valueOrThrow();
    }

    void add(std::string_view piece) {
        if (const auto it = counts.find(piece); it != counts.end())
            ++it->second;
        else
            counts.emplace(piece, 1);
    }

    std::vector<CountedPiece> sorted() const {
        std::vector<CountedPiece> pieces;
        pieces.reserve(counts.size());
        for (const auto& [bytes, count] : counts)
            pieces.push_back({bytes, count});
        std::sort(pieces.begin(), pieces.end(),
                  [](const auto& a, const auto& b) { return a.bytes < b.bytes; });
        return pieces;
    }
};

BpeTrainer::BpeTrainer(BpeTrainerOptions options)
    : m_options(std::move(options)), m_counts(std::make_unique<PieceCounts>()) {}
BpeTrainer::~BpeTrainer() = default;

void BpeTrainer::addText(std::string_view text) {
    std::string repaired;
    if (!core::isValidUtf8(text))
        text = repaired = utf8::withoutInvalid(text);
    m_counts->preTokenizer.split(text, PieceStart::Text, m_counts->pieces);
    for (const std::string_view piece : m_counts->pieces.views)
        m_counts->add(piece);
}

core::Result<TrainedTokenizer> BpeTrainer::train() const {
    CORE_TRY(checkOptions(m_options));
    BpeMergeLearner learner(m_counts->sorted());
    const size_t wanted = static_cast<size_t>(m_options.vocabSize) - m_options.specialTokens.size();
    while (learner.symbols().size() < wanted && learner.step(m_options.minPairCount)) {
    }
    return writeTrainedTokenizer(m_options, learner);
}

core::Status TrainedTokenizer::write(const std::filesystem::path& dir) const {
    CORE_TRY(core::writeFileAtomic(dir / "tokenizer.json", tokenizerJson, kFileMode));
    return core::writeFileAtomic(dir / "tokenizer_config.json", tokenizerConfigJson, kFileMode);
}

}  // namespace hearth::engine
