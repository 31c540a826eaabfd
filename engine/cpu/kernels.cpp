#include "engine/cpu/kernels.h"

#include <string>

#include "core/result.h"

namespace hearth::engine::cpu {
namespace {

bool hasAvx2() {
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
           __builtin_cpu_supports("f16c");
#else
    return false;
#endif
}

bool hasAvx512() {
#if defined(__x86_64__)
    return hasAvx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#else
    return false;
#endif
}

bool hasAvx512Vnni() {
#if defined(__x86_64__)
    return hasAvx512() && __builtin_cpu_supports("avx512vnni");
#else
    return false;
#endif
}

bool hasAvx512Bf16() {
#if defined(__x86_64__)
    return hasAvx512Vnni() && __builtin_cpu_supports("avx512bf16");
#else
    return false;
#endif
}

void require(bool present, const char* what) {
    if (!present)
        throw core::Exception({core::ErrorCode::Unsupported,
                               std::string("This processor has no ") + what, "CpuBackendOptions"});
}

}  // namespace

const Kernels& kernelsFor(CpuIsa isa) {
    switch (isa) {
        case CpuIsa::Scalar:
            return scalarKernels();
        case CpuIsa::Avx2:
            require(hasAvx2(), "AVX2");
            return avx2Kernels();
        case CpuIsa::Avx512:
            require(hasAvx512(), "AVX-512");
            return avx512Kernels();
        case CpuIsa::Avx512Vnni:
            require(hasAvx512Vnni(), "AVX-512 VNNI");
            return avx512VnniKernels();
        case CpuIsa::Avx512Bf16:
            require(hasAvx512Bf16(), "AVX-512 BF16");
            return avx512Bf16Kernels();
        case CpuIsa::Best:
            break;
    }
    return hasAvx512Bf16()   ? avx512Bf16Kernels()
           : hasAvx512Vnni() ? avx512VnniKernels()
           : hasAvx512()     ? avx512Kernels()
           : hasAvx2()       ? avx2Kernels()
                             : scalarKernels();
}

}  // namespace hearth::engine::cpu
