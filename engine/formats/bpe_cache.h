// Remembers the ids of short pieces: words repeat, and merging is the slow part of encoding.
#pragma once
#include <array>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace hearth::engine {

/// Thread-safe. Bounded: a shard that is full is emptied and fills again.
class BpeCache {
public:
    static constexpr size_t kMaxPieceBytes = 48;
    static constexpr size_t kShards = 16;
    static constexpr size_t kMaxPiecesPerShard = 4096;

    /// Appends the ids if the piece is known.
    bool find(std::string_view piece, std::vector<int32_t>& ids) const {
        const Shard& shard = shardOf(piece);
        const std::lock_guard lock(shard.mutex);
        const auto it = shard.pieces.find(piece);
        if (it == shard.pieces.end())
            return false;
        ids.insert(ids.end(), it->second.begin(), it->second.end());
        return true;
    }

    void insert(std::string_view piece, std::vector<int32_t> ids) {
        Shard& shard = const_cast<Shard&>(shardOf(piece));
        const std::lock_guard lock(shard.mutex);
        if (shard.pieces.size() >= kMaxPiecesPerShard)
            shard.pieces.clear();
        shard.pieces.emplace(piece, std::move(ids));
    }

private:
    struct Hash {
        using is_transparent = void;
        size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
    };
    struct Shard {
        mutable std::mutex mutex;  // guards pieces
        std::unordered_map<std::string, std::vector<int32_t>, Hash, std::equal_to<>> pieces;
    };

    const Shard& shardOf(std::string_view piece) const {
        return m_shards[std::hash<std::string_view>{}(piece) >> 32 & (kShards - 1)];
    }

    std::array<Shard, kShards> m_shards;
};

}  // namespace hearth::engine
