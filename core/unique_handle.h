// One owner for each C handle: UniqueHandle<T, freeFunction>.
#pragma once
#include <memory>

namespace hearth::core {

template <auto Free>
struct FreeWith {
    template <typename T>
    void operator()(T* handle) const noexcept {
        Free(handle);
    }
};

template <typename T, auto Free>
using UniqueHandle = std::unique_ptr<T, FreeWith<Free>>;

}  // namespace hearth::core
