#include "engine/runtime/prefix_tree.h"

#include <gmock/gmock.h>

#include "engine/cpu/cpu_backend.h"

namespace hearth::engine {
namespace {

constexpr int64_t kPages = 8;

class PrefixTreeTest : public testing::Test {
protected:
    static ModelConfig config() {
        ModelConfig c;
        c.num_hidden_layers = 1;
        c.kv_lora_rank = 1;
        c.qk_rope_head_dim = 1;
        return c;
    }
    static std::vector<int32_t> tokens(int32_t first) {
        std::vector<int32_t> result(size_t(KvCache::kPageTokens), first);
        return result;
    }
    /// Adds pages with these tokens, one below the other, and lets go of them.
    void addPath(const std::string& salt, const std::vector<int32_t>& path) {
        auto* root = tree.holdRoot({.salt = salt, .adapter = {}, .long_context = false});
        std::vector<PrefixTree::Node*> held{root};
        for (const int32_t first : path) {
            auto* node = tree.hold(held.back(), tokens(first));
            held.push_back(node ? node
                                : tree.add(held.back(), tokens(first), cache.take(1)->front()));
        }
        for (auto it = held.rbegin(); it != held.rend(); ++it)
            tree.letGo(*it);
    }
    /// How many pages of the path there are.
    int64_t depth(const std::string& salt, const std::vector<int32_t>& path) {
        auto* root = tree.holdRoot({.salt = salt, .adapter = {}, .long_context = false});
        std::vector<PrefixTree::Node*> held{root};
        for (const int32_t first : path) {
            auto* node = tree.hold(held.back(), tokens(first));
            if (!node)
                break;
            held.push_back(node);
        }
        const auto found = int64_t(held.size()) - 1;
        for (auto it = held.rbegin(); it != held.rend(); ++it)
            tree.letGo(*it);
        return found;
    }

    std::unique_ptr<Backend> backend = createCpuBackend({.threads = 1});
    KvCache cache{*backend, config(), kPages, DType::F32};
    PrefixTree tree{cache};
};

TEST_F(PrefixTreeTest, FindsWhatWasAddedWithinItsScope) {
    addPath("a", {1, 2, 3});
    EXPECT_EQ(depth("a", {1, 2, 3, 4}), 3);
    EXPECT_EQ(depth("a", {1, 3}), 1);
    EXPECT_EQ(depth("a", {2}), 0);
    EXPECT_EQ(depth("b", {1, 2, 3}), 0);
    EXPECT_EQ(tree.pages(), 3);
    EXPECT_EQ(tree.unheld(), 3);
}

TEST_F(PrefixTreeTest, TheLongestUnusedGoesFirstAndFromTheEnd) {
    addPath("", {1, 2, 3});
    addPath("", {1, 5});
    EXPECT_EQ(depth("", {1, 2, 3}), 3);  // used again: {1, 5} is older now
    EXPECT_EQ(tree.evict(1), 1);
    EXPECT_EQ(depth("", {1, 5}), 1);
    EXPECT_EQ(tree.evict(2), 2);
    EXPECT_EQ(depth("", {1, 2, 3}), 1);
    EXPECT_EQ(tree.evict(5), 1);
    EXPECT_EQ(cache.freePages(), kPages);
    EXPECT_EQ(tree.pages(), 0);
}

TEST_F(PrefixTreeTest, WhatIsHeldStays) {
    addPath("", {1, 2});
    auto* root = tree.holdRoot({});
    auto* first = tree.hold(root, tokens(1));
    EXPECT_EQ(tree.unheld(), 1);
    EXPECT_EQ(tree.evict(5), 1);
    EXPECT_EQ(tree.unheld(), 0);
    auto* again = tree.hold(root, tokens(1));
    EXPECT_EQ(again, first);
    tree.letGo(again);
    EXPECT_EQ(tree.evict(5), 0);
    tree.letGo(first);
    tree.letGo(root);
    EXPECT_EQ(tree.evict(5), 1);
    EXPECT_EQ(cache.freePages(), kPages);
}

TEST_F(PrefixTreeTest, AnAdapterThatIsGoneSharesNothingWithTheNextOne) {
    auto adapter = std::make_shared<int>(0);
    const auto scope = [&] {
        return PrefixScope{
            {}, std::shared_ptr<const Adapter>(adapter, reinterpret_cast<Adapter*>(this)), false};
    };
    auto* root = tree.holdRoot(scope());
    auto* node = tree.add(root, tokens(1), cache.take(1)->front());
    tree.letGo(node);
    tree.letGo(root);
    EXPECT_EQ(tree.holdRoot(scope()), root);
    tree.letGo(root);
    adapter = std::make_shared<int>(0);
    auto* other = tree.holdRoot(scope());
    EXPECT_NE(other, root);
    EXPECT_EQ(tree.hold(other, tokens(1)), nullptr);
    tree.letGo(other);
}

}  // namespace
}  // namespace hearth::engine
