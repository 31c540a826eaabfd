// CORE_ASSERT states what only a programmer's mistake can break. It stays on in every
// build: the checks are cheap and a wrong answer costs more than a stop.
#pragma once

namespace hearth::core {
[[noreturn]] void assertFailed(const char* expression, const char* file, int line);
}

#define CORE_ASSERT(expression) \
    ((expression) ? void(0) : ::hearth::core::assertFailed(#expression, __FILE__, __LINE__))
