// Finite differences in double precision against a backward op in float32.
#pragma once
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "engine/cpu/cpu_backend.h"
#include "engine/cpu/thread_pool.h"
#include "tests/support/reference_ops.h"

namespace hearth::test {

using reference::Matrix;

/// Values in [-1, 1) that float32 holds exactly, different for every seed.
Matrix randomMatrix(int64_t rows, int64_t columns, uint64_t seed);

/// A backend, and tensors from and to matrices.
class GradientTest : public testing::Test {
protected:
    engine::Tensor upload(const Matrix& matrix);
    /// The matrix as the middle columns of a wider tensor: a view with a stride.
    engine::Tensor uploadStrided(const Matrix& matrix);
    engine::Tensor zeros(int64_t rows, int64_t columns);
    engine::Tensor vector(const Matrix& oneRow);
    engine::Tensor ints(const std::vector<int32_t>& values);
    engine::Tensor ints(const std::vector<int32_t>& values, int64_t rows);
    Matrix download(const engine::Tensor& tensor);

    engine::ThreadPool& pool() { return engine::cpuThreadPool(*m_backend); }
    engine::Backend& backend() { return *m_backend; }

private:
    std::unique_ptr<engine::Backend> m_backend = engine::createCpuBackend({.threads = 2});
};

/// Sum of the elements of a times those of b.
double dot(const Matrix& a, const Matrix& b);

/// Central differences of loss with respect to every element of x, compared with `gradient`.
/// The tolerance is relative to the largest gradient: float32 rounds each of the op's sums.
void expectGradient(const Matrix& gradient, Matrix& x, const std::function<double()>& loss,
                    const std::string& what, double tolerance = 2e-5);

}  // namespace hearth::test
