#include "engine/runtime/fair_queue.h"

#include <tuple>

namespace hearth::engine {

void FairQueue::push(std::unique_ptr<Sequence> sequence) {
    Class& c = classOf(*sequence);
    Account& account = c.accounts[sequence->request.principal];
    if (account.waiting.empty())
        account.counter = std::max(account.counter, c.least);
    const RequestId id = sequence->id;
    account.waiting.emplace(id, std::move(sequence));
    ++m_size;
}

Sequence* FairQueue::front() const {
    for (const Class& c : m_classes) {
        const Account* best = nullptr;
        const auto key = [](const Account& account) {
            return std::tuple(account.counter, account.waiting.begin()->first);
        };
        for (const auto& [name, account] : c.accounts)
            if (!account.waiting.empty() && (!best || key(account) < key(*best)))
                best = &account;
        if (best)
            return best->waiting.begin()->second.get();
    }
    return nullptr;
}

std::unique_ptr<Sequence> FairQueue::popFront() {
    const Sequence* next = front();
    CORE_ASSERT(next);
    Class& c = classOf(*next);
    Account& account = c.accounts[next->request.principal];
    c.least = std::max(c.least, account.counter);
    auto sequence = take(account, next->id);
    forgetIdle(c);
    return sequence;
}

std::unique_ptr<Sequence> FairQueue::remove(RequestId id) {
    for (Class& c : m_classes)
        for (auto& [name, account] : c.accounts)
            if (account.waiting.contains(id))
                return take(account, id);
    return nullptr;
}

std::unique_ptr<Sequence> FairQueue::take(Account& account, RequestId id) {
    auto node = account.waiting.extract(id);
    --m_size;
    return std::move(node.mapped());
}

void FairQueue::charge(const Sequence& s, int64_t promptTokens, int64_t generatedTokens) {
    // A principal without an account was forgotten: its counter was V at most.
    Class& c = classOf(s);
    const auto found = c.accounts.try_emplace(s.request.principal, Account{c.least, {}}).first;
    found->second.counter +=
        (kPromptCost * double(promptTokens) + kGeneratedCost * double(generatedTokens)) /
        s.request.weight;
}

double FairQueue::counter(const Sequence& s) const {
    const Class& c = classOf(s);
    const auto found = c.accounts.find(s.request.principal);
    return found == c.accounts.end() ? c.least : found->second.counter;
}

void FairQueue::forEach(const std::function<void(Sequence&)>& visit) {
    for (Class& c : m_classes)
        for (auto& [name, account] : c.accounts)
            for (auto& [id, sequence] : account.waiting)
                visit(*sequence);
}

/// A counter at V or below is worth nothing: it would be lifted to V.
void FairQueue::forgetIdle(Class& c) {
    std::erase_if(c.accounts, [&](const auto& entry) {
        return entry.second.waiting.empty() && entry.second.counter <= c.least;
    });
}

}  // namespace hearth::engine
