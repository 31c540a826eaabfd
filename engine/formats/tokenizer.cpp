#include "engine/formats/tokenizer.h"

#include <nlohmann/json.hpp>

#include "core/file.h"
#include "core/json.h"
#include "core/strings.h"
#include "engine/formats/tokenizer_parts.h"
#include "engine/formats/utf8.h"

namespace hearth::engine {

namespace {

/// Optional file beside tokenizer.json.
core::Result<std::string> readConfig(const std::filesystem::path& path) {
    auto text = core::readTextFile(path);
    if (!text && text.error().code == core::ErrorCode::NotFound)
        return std::string();
    return text;
}

core::Result<nlohmann::json> parseFile(std::string_view text, const std::string& name) {
    auto json = core::parseJson(text, name);
    if (!json)
        return core::Error{core::ErrorCode::DataCorrupt, json.error().message,
                           json.error().context};
    if (!json->is_object())
        return core::Error{core::ErrorCode::DataCorrupt, name + " is not a JSON object", name};
    return json;
}

}  // namespace

Tokenizer::Tokenizer(std::unique_ptr<const Parts> parts) : m_parts(std::move(parts)) {}
Tokenizer::~Tokenizer() = default;

core::Result<std::unique_ptr<Tokenizer>> Tokenizer::load(const std::filesystem::path& dir) {
    CORE_ASSIGN(const std::string tokenizer, core::readTextFile(dir / "tokenizer.json"));
    CORE_ASSIGN(const std::string config, readConfig(dir / "tokenizer_config.json"));
    return parse(tokenizer, config);
}

core::Result<std::unique_ptr<Tokenizer>> Tokenizer::parse(std::string_view tokenizerJson,
                                                          std::string_view configJson) {
    CORE_ASSIGN(const nlohmann::json tokenizer, parseFile(tokenizerJson, "tokenizer.json"));
    nlohmann::json config = nlohmann::json::object();
    if (!configJson.empty()) {
        CORE_ASSIGN(config, parseFile(configJson, "tokenizer_config.json"));
    }
    CORE_ASSIGN(auto parts, Parts::read(tokenizer, config));
    return std::unique_ptr<Tokenizer>(new Tokenizer(std::move(parts)));
}

std::vector<int32_t> Tokenizer::encode(std::string_view text, bool addSpecial) const {
    std::vector<int32_t> ids;
    if (addSpecial)
        ids = m_parts->prefix;
    appendText(text, {}, false, ids);
    if (addSpecial)
        ids.insert(ids.end(), m_parts->suffix.begin(), m_parts->suffix.end());
    return ids;
}

std::vector<int32_t> Tokenizer::encodeMarked(std::string_view text,
                                             std::span<const TextRange> literal,
                                             bool continues) const {
    std::vector<int32_t> ids;
    appendText(text, literal, continues, ids);
    return ids;
}

void Tokenizer::appendText(std::string_view text, std::span<const TextRange> literal,
                           bool continues, std::vector<int32_t>& ids) const {
    std::string repaired;
    if (!core::isValidUtf8(text)) {
        repaired = utf8::withoutInvalid(text);
        // The ranges no longer fit: what is marked at all is then ordinary text as a whole.
        const TextRange whole{0, repaired.size()};
        return appendText(repaired, {&whole, literal.empty() ? 0u : 1u}, continues, ids);
    }
    size_t done = 0;
    PieceStart start = continues ? PieceStart::Middle : PieceStart::Text;
    while (const auto match = m_parts->addedInRaw.find(text, done, literal)) {
        m_parts->encodeOrdinary(text, {done, match->range.begin}, literal, start, ids);
        ids.push_back(match->id);
        done = match->range.end;
        start = PieceStart::Part;
    }
    m_parts->encodeOrdinary(text, {done, text.size()}, literal, start, ids);
}

std::vector<AddedTokenPlace> Tokenizer::addedTokensIn(std::string_view text) const {
    std::vector<AddedTokenPlace> places;
    size_t done = 0;
    while (const auto match = m_parts->addedInRaw.find(text, done, {})) {
        places.push_back({match->range, match->id});
        done = match->range.end;
    }
    return places;
}

std::string Tokenizer::decode(std::span<const int32_t> ids, bool skipSpecial) const {
    std::string bytes;
    DecodePosition position = startDecoding();
    for (const int32_t id : ids) {
        if (!skipSpecial || !isSpecial(id))
            decodeNext(id, position, bytes);
    }
    return utf8::withoutInvalid(bytes);
}

DecodePosition Tokenizer::startDecoding() const {
    return {.isFirst = true, .leadingLeft = m_parts->leadingCount};
}

void Tokenizer::decodeNext(int32_t id, DecodePosition& position, std::string& bytes) const {
    if (id < 0 || id >= vocabSize())
        return;
    const bool asFirst = position.isFirst && !m_parts->bytesOfFirstToken.empty();
    const auto& tokens = asFirst ? m_parts->bytesOfFirstToken : m_parts->bytesOfToken;
    std::string_view more = tokens[static_cast<size_t>(id)];
    position.isFirst = false;
    while (position.leadingLeft > 0 && !more.empty()) {
        const bool leads = more.starts_with(m_parts->leadingText);
        position.leadingLeft = leads ? position.leadingLeft - 1 : 0;
        if (leads)
            more.remove_prefix(m_parts->leadingText.size());
    }
    bytes += more;
}

int64_t Tokenizer::vocabSize() const {
    return static_cast<int64_t>(m_parts->bytesOfToken.size());
}

std::optional<int32_t> Tokenizer::tokenId(std::string_view token) const {
    for (const AddedToken& added : m_parts->addedTokens) {
        if (added.content == token)
            return added.id;
    }
    const auto id = m_parts->model->find(token);
    if (id || m_parts->preTokenizer.isByteLevel())
        return id;
    std::string marked;
    for (const char c : token)
        marked += c == ' ' ? "\u2581" : std::string(1, c);
    return m_parts->model->find(marked);
}

std::string Tokenizer::tokenBytes(int32_t id) const {
    return id >= 0 && id < vocabSize() ? m_parts->bytesOfToken[id] : std::string();
}

bool Tokenizer::isSpecial(int32_t id) const {
    return id >= 0 && id < vocabSize() && m_parts->isSpecial[id];
}

bool Tokenizer::isAdded(int32_t id) const {
    return id >= 0 && id < vocabSize() && m_parts->isAdded[id];
}

std::optional<int32_t> Tokenizer::bosId() const {
    return m_parts->bos;
}
std::optional<int32_t> Tokenizer::eosId() const {
    return m_parts->eos;
}

}  // namespace hearth::engine
