// What a call to a node came to: a value, or why there is none.
#pragma once
#include <QString>
#include <QVector>
#include <functional>
#include <utility>
#include <variant>

namespace hearth::ui {

/// A bad line of an uploaded file, counted from 1.
struct LineProblem {
    qint64 line = 0;
    QString message;
};

struct ApiFailure {
    enum class Kind {
        Unreachable,  // no node there, or the connection broke
        Certificate,  // the node shows another certificate than the one we trust
        SignedOut,    // 401: the credential is missing, wrong or expired
        Forbidden,    // 403
        NotFound,     // 404
        Refused,      // another 4xx: the request is wrong; `param` names the field
        Busy,         // 429, 503
        Broken,       // 5xx, or an answer that is not in the contract's form
        Cancelled,    // we let go of it
    };

    Kind kind = Kind::Broken;
    int status = 0;     // HTTP; 0 when there was no answer
    QString message;    // for people; the node's own words, or ours when it said nothing
    QString code;       // the node's stable code ("model_not_found"); empty when it sent none
    QString param;      // the request's field
    QString requestId;  // leads to the node's log; empty when there was no answer
    QVector<LineProblem> problems;  // of an upload
    int retryAfterSeconds = 0;      // the node's wish when it is Busy; 0: none
};

struct Nothing {};

template <typename T>
class Outcome {
public:
    Outcome(T value) : m_state(std::move(value)) {}               // NOLINT: implicit on purpose
    Outcome(ApiFailure failure) : m_state(std::move(failure)) {}  // NOLINT

    bool ok() const { return m_state.index() == 0; }
    explicit operator bool() const { return ok(); }
    /// REQUIRES: ok().
    const T& operator*() const { return std::get<0>(m_state); }
    const T* operator->() const { return &std::get<0>(m_state); }
    /// REQUIRES: !ok().
    const ApiFailure& failure() const { return std::get<1>(m_state); }

private:
    std::variant<T, ApiFailure> m_state;
};

/// Called once, from the event loop; never while the call is being made.
template <typename T>
using Then = std::function<void(const Outcome<T>&)>;

}  // namespace hearth::ui
