#include "tests/finetune/ops/gradient_check.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace hearth::test {

using engine::Tensor;

Matrix randomMatrix(int64_t rows, int64_t columns, uint64_t seed) {
    std::mt19937_64 random(seed);
    Matrix matrix(rows, columns);
    for (double& value : matrix.values)
        value = double(int64_t(random() % 4096) - 2048) / 2048.0;
    return matrix;
}

Tensor GradientTest::upload(const Matrix& matrix) {
    const std::vector<float> values(matrix.values.begin(), matrix.values.end());
    return engine::uploadFloats(*m_backend, values, {matrix.rows, matrix.columns});
}

Tensor GradientTest::uploadStrided(const Matrix& matrix) {
    constexpr int64_t kMargin = 3;
    Matrix wide(matrix.rows, matrix.columns + 2 * kMargin);
    for (int64_t r = 0; r < matrix.rows; ++r)
        for (int64_t c = 0; c < matrix.columns; ++c)
            wide.at(r, c + kMargin) = matrix.at(r, c);
    return upload(wide).columns(kMargin, kMargin + matrix.columns);
}

Tensor GradientTest::zeros(int64_t rows, int64_t columns) {
    return upload(Matrix(rows, columns));
}

Tensor GradientTest::vector(const Matrix& oneRow) {
    return upload(oneRow).reshaped({oneRow.columns});
}

Tensor GradientTest::ints(const std::vector<int32_t>& values) {
    return engine::uploadInts(*m_backend, values);
}

Tensor GradientTest::ints(const std::vector<int32_t>& values, int64_t rows) {
    return ints(values).reshaped({rows, int64_t(values.size()) / rows});
}

Matrix GradientTest::download(const Tensor& tensor) {
    const std::vector<float> values = engine::downloadFloats(*m_backend, tensor);
    Matrix matrix(tensor.rank() == 1 ? 1 : tensor.size() / tensor.dim(tensor.rank() - 1),
                  tensor.dim(tensor.rank() - 1));
    matrix.values.assign(values.begin(), values.end());
    return matrix;
}

double dot(const Matrix& a, const Matrix& b) {
    EXPECT_EQ(a.values.size(), b.values.size());
    double sum = 0.0;
    for (size_t i = 0; i < a.values.size(); ++i)
        sum += a.values[i] * b.values[i];
    return sum;
}

void expectGradient(const Matrix& gradient, Matrix& x, const std::function<double()>& loss,
                    const std::string& what, double tolerance) {
    constexpr double kStep = 1e-5;
    ASSERT_EQ(gradient.values.size(), x.values.size()) << what;
    double largest = 0.0, worst = 0.0;
    for (size_t i = 0; i < x.values.size(); ++i) {
        const double value = x.values[i];
        x.values[i] = value + kStep;
        const double above = loss();
        x.values[i] = value - kStep;
        const double below = loss();
        x.values[i] = value;
        const double expected = (above - below) / (2.0 * kStep);
        largest = std::max(largest, std::abs(expected));
        worst = std::max(worst, std::abs(expected - gradient.values[i]));
    }
    EXPECT_GT(largest, 0.0) << what;
    EXPECT_LT(worst, tolerance * largest) << what;
}

}  // namespace hearth::test
