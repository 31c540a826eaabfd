// Who is served next: requests that wait, by priority and by what their principals have used.
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "engine/runtime/sequence.h"

namespace hearth::engine {

/// Weighted fair sharing by counters of service (Sheng et al., "Fairness in Serving Large Language
/// Models", OSDI 2024). A principal's counter grows with each token it is served, divided by its
/// weight; the waiting request of the principal with the lowest counter is next, a principal's own
/// requests in order of arrival. Each priority has its own counters; interactive requests
/// always go before batch ones, so what follows holds within a priority.
///
/// Bound. Let V be the counter with which the last request started. Whoever waits has at least V,
/// since a principal that begins to wait is lifted to V; so V never falls. Let C be the most that
/// one request can cost (kGeneratedCost * context length), S the number of requests that run at
/// once, and weights be 1. A principal's last request started with a counter of at most V, and at
/// most S of its requests were unfinished then, so no counter exceeds V + S * C. So while a
/// principal's oldest request waits, any other principal is served at most 2 * S * C before that
/// request starts: nobody starves, however many requests the others send.
class FairQueue {
public:
    static constexpr double kPromptCost = 1.0;
    static constexpr double kGeneratedCost = 2.0;

    /// A new request, or one that was pre-empted.
    void push(std::unique_ptr<Sequence> sequence);
    /// The next one; null: nobody waits.
    Sequence* front() const;
    /// REQUIRES: not empty.
    std::unique_ptr<Sequence> popFront();
    /// Null: it does not wait here.
    std::unique_ptr<Sequence> remove(RequestId id);
    /// The principal was served that many tokens.
    void charge(const Sequence& sequence, int64_t promptTokens, int64_t generatedTokens);
    double counter(const Sequence& sequence) const;

    int64_t size() const { return m_size; }
    void forEach(const std::function<void(Sequence&)>& visit);

private:
    struct Account {
        double counter = 0.0;
        std::map<RequestId, std::unique_ptr<Sequence>> waiting;
    };
    struct Class {
        std::map<std::string, Account> accounts;
        double least = 0.0;  // V
    };
    Class& classOf(const Sequence& s) { return m_classes[size_t(s.request.priority)]; }
    const Class& classOf(const Sequence& s) const { return m_classes[size_t(s.request.priority)]; }
    static void forgetIdle(Class& c);
    std::unique_ptr<Sequence> take(Account& account, RequestId id);

    std::array<Class, 2> m_classes;
    int64_t m_size = 0;
};

}  // namespace hearth::engine
