#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <unordered_map>

#include "engine/formats/weight_source.h"

namespace hearth::engine {
namespace {

using core::Error;
using core::ErrorCode;

constexpr const char* kSingleFile = "model.safetensors";
constexpr const char* kIndexFile = "model.safetensors.index.json";
constexpr uintmax_t kMaxIndexBytes = 64 << 20;

/// Tensor name to the shard that holds it.
using WeightMap = std::map<std::string, std::string>;

class ShardedSource : public WeightSource {
public:
    std::vector<std::unique_ptr<WeightSource>> shards;
    std::unordered_map<std::string, const StoredTensor*> index;

    std::vector<std::string> names() const override {
        std::vector<std::string> out;
        for (const auto& shard : shards) {
            const auto part = shard->names();
            out.insert(out.end(), part.begin(), part.end());
        }
        return out;
    }
    const StoredTensor* find(const std::string& name) const override {
        const auto found = index.find(name);
        return found == index.end() ? nullptr : found->second;
    }
};

Error corrupt(const std::filesystem::path& file, const std::string& what) {
    return {ErrorCode::DataCorrupt, what, file.string()};
}

Error noWeights(const std::filesystem::path& dir) {
    return {ErrorCode::NotFound,
            std::string("No weights here: neither ") + kSingleFile + " nor " + kIndexFile,
            dir.string()};
}

/// A shard is a plain file name: an index must not reach outside its directory.
bool isPlainFileName(const std::string& name) {
    return !name.empty() && name != "." && name != ".." &&
           name.find_first_of(std::string("/\\\0", 3)) == std::string::npos;
}

core::Result<std::string> readIndexText(const std::filesystem::path& file) {
    std::error_code failure;
    const auto size = std::filesystem::file_size(file, failure);
    if (failure)
        return corrupt(file, "Cannot read the weight index");
    if (size > kMaxIndexBytes)
        return corrupt(file, "The weight index is larger than 64 MB");
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

core::Result<WeightMap> readWeightMap(const std::filesystem::path& file) {
    CORE_ASSIGN(const std::string text, readIndexText(file));
    const auto json = nlohmann::json::parse(text, nullptr, false);
    if (!json.is_object() || !json.contains("weight_map") || !json["weight_map"].is_object())
        return corrupt(file, "The weight index has no weight_map object");
    WeightMap map;
    for (const auto& [tensor, shard] : json["weight_map"].items()) {
        if (!shard.is_string() || !isPlainFileName(shard.get<std::string>()))
            return corrupt(file,
                           "The weight index names a shard outside its directory for " + tensor);
        map.emplace(tensor, shard.get<std::string>());
    }
    if (map.empty())
        return corrupt(file, "The weight index lists no tensor");
    return map;
}

/// Index and shard must agree both ways, or a tensor could be read from two places.
core::Status addShard(ShardedSource& source, const std::filesystem::path& file,
                      const WeightMap& map) {
    CORE_ASSIGN(auto shard, openSafetensors(file));
    const std::string shardName = file.filename().string();
    for (const std::string& name : shard->names()) {
        const auto entry = map.find(name);
        if (entry == map.end() || entry->second != shardName)
            return corrupt(file, "The shard holds tensor " + name +
                                     ", which the weight index does not place there");
        source.index.emplace(name, shard->find(name));
    }
    source.shards.push_back(std::move(shard));
    return {};
}

std::set<std::string> shardNames(const WeightMap& map) {
    std::set<std::string> names;
    for (const auto& [tensor, shard] : map)
        names.insert(shard);
    return names;
}

core::Result<std::unique_ptr<WeightSource>> openSharded(const std::filesystem::path& dir) {
    CORE_ASSIGN(const WeightMap map, readWeightMap(dir / kIndexFile));
    auto source = std::make_unique<ShardedSource>();
    for (const std::string& shard : shardNames(map))
        CORE_TRY(addShard(*source, dir / shard, map));
    for (const auto& [tensor, shard] : map) {
        if (!source->index.contains(tensor))
            return corrupt(dir / shard, "The shard lacks tensor " + tensor +
                                            ", which the weight index places there");
    }
    return std::unique_ptr<WeightSource>(std::move(source));
}

}  // namespace

core::Result<std::unique_ptr<WeightSource>> openWeightDirectory(const std::filesystem::path& dir) {
    if (std::filesystem::exists(dir / kSingleFile))
        return openSafetensors(dir / kSingleFile);
    if (std::filesystem::exists(dir / kIndexFile))
        return openSharded(dir);
    return noWeights(dir);
}

core::Result<std::vector<std::filesystem::path>> weightFiles(const std::filesystem::path& dir) {
    if (std::filesystem::exists(dir / kSingleFile))
        return std::vector{dir / kSingleFile};
    if (!std::filesystem::exists(dir / kIndexFile))
        return noWeights(dir);
    CORE_ASSIGN(const WeightMap map, readWeightMap(dir / kIndexFile));
    std::vector<std::filesystem::path> files;
    for (const std::string& shard : shardNames(map))
        files.push_back(dir / shard);
    return files;
}

}  // namespace hearth::engine
