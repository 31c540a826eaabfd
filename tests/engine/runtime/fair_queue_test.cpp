#include "engine/runtime/fair_queue.h"

#include <gmock/gmock.h>

#include <map>
#include <random>

namespace hearth::engine {
namespace {

class FairQueueTest : public testing::Test {
protected:
    RequestId push(const std::string& principal, Priority priority = Priority::Interactive,
                   double weight = 1.0) {
        GenerationRequest request;
        request.prompt = {1};
        request.principal = principal;
        request.priority = priority;
        request.weight = weight;
        queue.push(std::make_unique<Sequence>(++lastId, std::move(request), nullptr));
        return lastId;
    }
    /// Starts the next request and charges it at once.
    std::string serve(int64_t generated) {
        const auto sequence = queue.popFront();
        queue.charge(*sequence, 0, generated);
        return sequence->request.principal;
    }

    FairQueue queue;
    RequestId lastId = 0;
};

TEST_F(FairQueueTest, OnePrincipalIsServedInOrder) {
    const auto first = push("a"), second = push("a");
    EXPECT_EQ(queue.popFront()->id, first);
    EXPECT_EQ(queue.popFront()->id, second);
    EXPECT_EQ(queue.front(), nullptr);
}

TEST_F(FairQueueTest, AFloodDoesNotPassAnother) {
    for (int i = 0; i < 100; ++i)
        push("flood");
    EXPECT_EQ(serve(50), "flood");
    push("calm");
    push("calm");
    EXPECT_EQ(serve(10), "calm");
    EXPECT_EQ(serve(10), "calm");
    EXPECT_EQ(serve(10), "flood");
}

TEST_F(FairQueueTest, WhoRestedGetsNoCreditForIt) {
    for (int i = 0; i < 100; ++i)
        push("busy");
    for (int i = 0; i < 50; ++i)
        serve(100);
    for (int i = 0; i < 100; ++i)
        push("new");
    std::map<std::string, int> served;
    for (int i = 0; i < 20; ++i)
        ++served[serve(100)];
    EXPECT_NEAR(served["busy"], 10, 1);
}

TEST_F(FairQueueTest, WeightsDivideTheService) {
    for (int i = 0; i < 100; ++i) {
        push("heavy", Priority::Interactive, 3.0);
        push("light");
    }
    std::map<std::string, int> served;
    for (int i = 0; i < 80; ++i)
        ++served[serve(10)];
    EXPECT_NEAR(served["heavy"], 60, 2);
}

TEST_F(FairQueueTest, InteractiveGoesFirst) {
    push("a", Priority::Batch);
    const auto urgent = push("b");
    EXPECT_EQ(queue.front()->id, urgent);
    EXPECT_NE(queue.remove(urgent), nullptr);
    EXPECT_EQ(queue.remove(urgent), nullptr);
    EXPECT_EQ(queue.front()->request.principal, "a");
    EXPECT_EQ(queue.size(), 1);
}

/// The header's bound, on random traffic: S requests run at once, each is served piece by piece.
TEST_F(FairQueueTest, NobodyWaitsLongerThanTheBound) {
    constexpr size_t kRunning = 4;
    constexpr int64_t kLongest = 100;
    constexpr double kBound = 2 * kRunning * FairQueue::kGeneratedCost * kLongest;
    std::mt19937 random(7);
    struct Running {
        std::unique_ptr<Sequence> sequence;
        int64_t left;
    };
    std::vector<Running> running;
    std::map<std::string, double> served;                     // by principal
    std::map<RequestId, std::map<std::string, double>> then;  // served when it became the oldest
    std::map<std::string, std::map<RequestId, int>> waiting;
    const auto arrive = [&](const std::string& who) {
        waiting[who][push(who)];
        if (waiting[who].size() == 1)
            then[lastId] = served;
    };
    for (int round = 0; round < 20'000; ++round) {
        for (int p = 0; p < 6; ++p)  // principal p floods in bursts, the others come now and then
            if (random() % (p == (round / 500) % 6 ? 10 : 400) == 0)
                arrive("p" + std::to_string(p));
        while (running.size() < kRunning && queue.front()) {
            auto s = queue.popFront();
            const std::string who = s->request.principal;
            for (const auto& [other, amount] : served) {
                if (other != who) {
                    ASSERT_LE(amount - then[s->id][other], kBound) << who << " behind " << other;
                }
            }
            waiting[who].erase(s->id);
            if (!waiting[who].empty())
                then[waiting[who].begin()->first] = served;
            running.push_back({std::move(s), 1 + int64_t(random() % kLongest)});
        }
        for (Running& r : running) {
            queue.charge(*r.sequence, 0, 1);
            served[r.sequence->request.principal] += FairQueue::kGeneratedCost;
            --r.left;
        }
        std::erase_if(running, [](const Running& r) { return r.left == 0; });
    }
    EXPECT_GT(lastId, 1000u);
}

}  // namespace
}  // namespace hearth::engine
