// Waiting for a call's outcome in a test.
#pragma once
#include <QtTest>
#include <memory>
#include <optional>

#include "ui/api_client/outcome.h"

namespace hearth::ui {

/// Runs events until what was handed to `then()` is called, or `timeoutMs` are over.
template <typename T>
class Awaited {
public:
    Then<T> then() {
        return [state = m_state](const Outcome<T>& outcome) {
            state->outcome = outcome;
            ++state->calls;
        };
    }
    bool wait(int timeoutMs = 10'000) {
        return QTest::qWaitFor([this] { return m_state->calls > 0; }, timeoutMs);
    }
    int calls() const { return m_state->calls; }
    /// REQUIRES: wait() was true.
    const Outcome<T>& operator*() const { return *m_state->outcome; }
    const Outcome<T>* operator->() const { return &*m_state->outcome; }

private:
    struct State {
        std::optional<Outcome<T>> outcome;
        int calls = 0;
    };
    std::shared_ptr<State> m_state = std::make_shared<State>();
};

}  // namespace hearth::ui
