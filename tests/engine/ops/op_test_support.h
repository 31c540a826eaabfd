// What the op tests share: backends to run on, random data, tolerances.
#pragma once
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "engine/cpu/cpu_backend.h"
#include "engine/cuda/cuda_backend.h"
#include "engine/ops/ops.h"
#include "tests/support/reference_ops.h"

namespace hearth::test {

using engine::Backend;
using engine::DType;
using engine::Tensor;
using reference::Matrix;

/// One backend the bodies run on.
struct BackendCase {
    std::string name;
    std::function<std::unique_ptr<Backend>()> create;
};

inline std::vector<BackendCase> backendCases() {
    using namespace engine;
    const auto cpu = [](CpuIsa isa, int threads) {
        return [=] { return createCpuBackend({.threads = threads, .isa = isa}); };
    };
    return {{"Scalar", cpu(CpuIsa::Scalar, 1)},
            {"Avx2", cpu(CpuIsa::Avx2, 1)},
            {"Avx512", cpu(CpuIsa::Avx512, 1)},
            {"Avx512Vnni", cpu(CpuIsa::Avx512Vnni, 1)},
            {"BestThreeThreads", cpu(CpuIsa::Best, 3)}};
}

inline BackendCase cudaCase() {
    return {"Gpu", []() -> std::unique_ptr<Backend> {
                auto backend = engine::createCudaBackend();
                if (!backend.ok())
                    throw core::Exception(backend.error());
                return std::move(*backend);
            }};
}

/// A suite that runs each body on every backend; one the machine lacks is skipped visibly.
class BackendTest : public ::testing::TestWithParam<BackendCase> {
protected:
    void SetUp() override {
        try {
            m_backend = GetParam().create();
        } catch (const core::Exception& e) {
            GTEST_SKIP() << e.what();
        }
    }
    Backend& backend() { return *m_backend; }
    static bool onCpu() { return GetParam().name != cudaCase().name; }
    /// Goes on with the plainest backend, for tests that compare bits with it.
    void switchToScalar() {
        m_backend = engine::createCpuBackend({.threads = 1, .isa = engine::CpuIsa::Scalar});
    }

    Tensor upload(const Matrix& m) {
        const std::vector<float> values(m.values.begin(), m.values.end());
        return uploadFloats(backend(), values, {m.rows, m.columns});
    }
    /// The values as a vector.
    Tensor uploadVector(const std::vector<double>& values) {
        const std::vector<float> floats(values.begin(), values.end());
        return uploadFloats(backend(), floats, {int64_t(floats.size())});
    }
    Tensor empty(int64_t rows, int64_t columns) {
        return allocate(backend(), DType::F32, {rows, columns});
    }
    std::vector<float> download(const Tensor& t) { return downloadFloats(backend(), t); }
    /// A copy of t in another float type.
    Tensor convert(const Tensor& t, DType type) {
        Tensor result = allocate(backend(), type, {t.dim(0), t.dim(1)});
        engine::ops::copy(backend(), {.x = t, .out = result});
        return result;
    }

private:
    std::unique_ptr<Backend> m_backend;
};

#define HEARTH_ON_EVERY_BACKEND(Suite)                                          \
    INSTANTIATE_TEST_SUITE_P(Cpu, Suite, ::testing::ValuesIn(backendCases()),   \
                             [](const auto& info) { return info.param.name; }); \
    INSTANTIATE_TEST_SUITE_P(Cuda, Suite, ::testing::Values(cudaCase()),        \
                             [](const auto& info) { return info.param.name; })

/// Reproducible values in [-1, 1), exact in float and, when asked, in bfloat16.
class RandomValues {
public:
    explicit RandomValues(uint64_t seed) : m_state(seed * 2 + 1) {}
    float next() {
        m_state = m_state * 6364136223846793005u + 1442695040888963407u;
        return float(int64_t(m_state >> 40) - (1 << 23)) / float(1 << 23);
    }
    int64_t below(int64_t limit) { return int64_t((double(next()) + 1.0) / 2.0 * double(limit)); }
    Matrix matrix(int64_t rows, int64_t columns, double scale = 1.0) {
        Matrix m(rows, columns);
        for (double& value : m.values)
            value = double(float(scale * double(next())));
        return m;
    }
    /// Values that every float type holds exactly: multiples of 1/64.
    Matrix coarseMatrix(int64_t rows, int64_t columns) {
        Matrix m(rows, columns);
        for (double& value : m.values)
            value = std::round(double(next()) * 64.0) / 64.0;
        return m;
    }

private:
    uint64_t m_state;
};

inline constexpr double kEpsilon = 0x1p-24;  // rounding unit of float32

inline void expectNear(const std::vector<float>& actual, const Matrix& expected,
                       const std::function<double(int64_t row, int64_t column)>& tolerance) {
    ASSERT_EQ(actual.size(), expected.values.size());
    for (int64_t r = 0; r < expected.rows; ++r) {
        for (int64_t c = 0; c < expected.columns; ++c)
            ASSERT_NEAR(double(actual[size_t(r * expected.columns + c)]), expected.at(r, c),
                        tolerance(r, c))
                << "row " << r << ", column " << c;
    }
}

/// Bit for bit, so that -0 and NaN count too.
inline void expectSameBits(const std::vector<float>& a, const std::vector<float>& b) {
    ASSERT_EQ(a.size(), b.size());
    for (size_t i = 0; i < a.size(); ++i)
        ASSERT_EQ(std::bit_cast<uint32_t>(a[i]), std::bit_cast<uint32_t>(b[i]))
            << "element " << i << ": " << a[i] << " and " << b[i];
}

}  // namespace hearth::test
