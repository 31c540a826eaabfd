#include "engine/formats/tokenizer.h"

#include <utf8proc.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "core/file.h"
#include "core/json.h"
#include "core/strings.h"
#include "engine/formats/tokenizer_parts.h"
#include "engine/formats/utf8.h"

namespace hearth::engine {

namespace {

std::string toNfc(std::string_view text) {
    utf8proc_uint8_t* raw = nullptr;
    const utf8proc_ssize_t length =
        utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                     static_cast<utf8proc_ssize_t>(text.size()), &raw,
                     static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
    const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(raw, &std::free);
    if (length < 0)
        throw core::Exception({core::ErrorCode::ResourceExhausted, utf8proc_errmsg(length), ""});
    return {reinterpret_cast<const char*>(raw), static_cast<size_t>(length)};
}

bool isAscii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
}

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

void Tokenizer::Parts::encodeOrdinary(std::string_view text, std::vector<int32_t>& ids) const {
    if (text.empty())
        return;
    std::string changed;
    if (normalizeNfc && !isAscii(text))
        text = changed = toNfc(text);
    if (preTokenizer.addsPrefixSpace() && !text.starts_with(' '))
        text = changed = ' ' + std::string(text);
    for (const std::string_view piece : preTokenizer.split(text))
        model.encodePiece(piece, ids);
}

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
    appendText(text, {}, ids);
    if (addSpecial)
        ids.insert(ids.end(), m_parts->suffix.begin(), m_parts->suffix.end());
    return ids;
}

std::vector<int32_t> Tokenizer::encodeMarked(std::string_view text,
                                             std::span<const TextRange> literal) const {
    std::vector<int32_t> ids;
    appendText(text, literal, ids);
    return ids;
}

void Tokenizer::appendText(std::string_view text, std::span<const TextRange> literal,
                           std::vector<int32_t>& ids) const {
    std::string repaired;
    if (!core::isValidUtf8(text)) {
        repaired = utf8::withoutInvalid(text);
        // The ranges no longer fit: what is marked at all is then ordinary text as a whole.
        const TextRange whole{0, repaired.size()};
        return appendText(repaired, {&whole, literal.empty() ? 0u : 1u}, ids);
    }
    size_t done = 0;
    while (const auto match = m_parts->added.find(text, done, literal)) {
        m_parts->encodeOrdinary(text.substr(done, match->range.begin - done), ids);
        ids.push_back(match->id);
        done = match->range.end;
    }
    m_parts->encodeOrdinary(text.substr(done), ids);
}

std::string Tokenizer::decode(std::span<const int32_t> ids, bool skipSpecial) const {
    std::string bytes;
    for (const int32_t id : ids) {
        if (!skipSpecial || !isSpecial(id))
            bytes += tokenBytes(id);
    }
    return utf8::withoutInvalid(bytes);
}

int64_t Tokenizer::vocabSize() const {
    return static_cast<int64_t>(m_parts->bytesOfToken.size());
}

std::optional<int32_t> Tokenizer::tokenId(std::string_view token) const {
    for (const AddedToken& added : m_parts->added.tokens()) {
        if (added.content == token)
            return added.id;
    }
    const auto it = m_parts->model.tokens().find(token);
    return it == m_parts->model.tokens().end() ? std::nullopt : std::optional(it->second);
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
