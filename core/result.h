// Outcomes that a caller handles (a bad file, a missing row, a denied action) travel as
// Result<T>; what nobody can handle is thrown as core::Exception with the same codes.
#pragma once
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/assert.h"

namespace hearth::core {

enum class ErrorCode {
    InvalidArgument,   // the caller's input is wrong; saying it again will not help
    Unauthenticated,   // no valid key or session
    PermissionDenied,  // known, but not allowed
    NotFound,
    AlreadyExists,
    Conflict,  // the state does not allow it now
    PayloadTooLarge,
    ResourceExhausted,  // quota or memory; may be tried again later
    DiskFull,
    DataCorrupt,  // a file fails its checks
    Unsupported,  // well formed, but this build or version cannot do it
    Unavailable,  // starting, stopping or busy
    DeadlineExceeded,
    Cancelled,
    Internal,
};

/// Stable snake_case name, as written to logs and API errors.
const char* errorCodeName(ErrorCode code);

/// What is wrong with one line of a file.
struct LineProblem {
    std::int64_t line = 0;  // counted from 1
    std::string message;
};

struct Error {
    ErrorCode code = ErrorCode::Internal;
    std::string message;                     // one sentence that a user can act on; never a secret
    std::string context;                     // where: file, tensor, line, request parameter
    std::vector<LineProblem> problems = {};  // the parts of the message, where lines are at fault

    /// "message (context)", or the message alone.
    std::string text() const;
};

/// Thrown when the program cannot go on as it is: I/O on its own files, memory, a device.
class Exception : public std::runtime_error {
public:
    explicit Exception(Error error);
    const Error& error() const { return m_error; }

private:
    Error m_error;
};

/// Either a value or an Error. Reading the wrong side is a programmer's bug.
template <typename T>
class [[nodiscard]] Result {
public:
    Result(T value) : m_state(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : m_state(std::in_place_index<1>, std::move(error)) {}

    bool ok() const { return m_state.index() == 0; }
    explicit operator bool() const { return ok(); }

    T& value() & { return checked(); }
    const T& value() const& { return const_cast<Result*>(this)->checked(); }
    T&& value() && { return std::move(checked()); }
    T& operator*() & { return checked(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(checked()); }
    T* operator->() { return &checked(); }
    const T* operator->() const { return &value(); }

    const Error& error() const {
        CORE_ASSERT(!ok());
        return std::get<1>(m_state);
    }

    /// The value, or core::Exception with the error.
    T valueOrThrow() && {
        if (!ok())
            throw Exception(error());
        return std::move(checked());
    }

private:
    T& checked() {
        CORE_ASSERT(ok());
        return std::get<0>(m_state);
    }

    std::variant<T, Error> m_state;
};

template <>
class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Error error) : m_error(std::move(error)) {}

    bool ok() const { return !m_error; }
    explicit operator bool() const { return ok(); }
    const Error& error() const {
        CORE_ASSERT(!ok());
        return *m_error;
    }
    void orThrow() const {
        if (m_error)
            throw Exception(*m_error);
    }

private:
    std::optional<Error> m_error;
};

using Status = Result<void>;

}  // namespace hearth::core

// Hands an error on to the caller.
#define CORE_TRY(expression)                         \
    do {                                             \
        if (auto coreTry_ = (expression); !coreTry_) \
            return coreTry_.error();                 \
    } while (false)

#define CORE_CONCAT_(a, b) a##b
#define CORE_CONCAT(a, b) CORE_CONCAT_(a, b)
#define CORE_ASSIGN_(temporary, target, expression) \
    auto temporary = (expression);                  \
    if (!temporary)                                 \
        return temporary.error();                   \
    target = std::move(temporary).value()

// CORE_ASSIGN(auto x, f()): takes the value of a Result or hands its error on.
#define CORE_ASSIGN(target, expression) \
    CORE_ASSIGN_(CORE_CONCAT(coreAssign_, __LINE__), target, expression)
