// Scalar double-precision versions of the forward ops, straight from their definitions in
// engine/ops/op_params.h. They share no code with any backend.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace hearth::test::reference {

/// Row-major matrix of doubles.
struct Matrix {
    Matrix() = default;
    Matrix(int64_t r, int64_t c) : rows(r), columns(c), values(size_t(r * c), 0.0) {}
    double& at(int64_t r, int64_t c) { return values[size_t(r * columns + c)]; }
    double at(int64_t r, int64_t c) const { return values[size_t(r * columns + c)]; }
    /// Columns [begin, end).
    Matrix slice(int64_t begin, int64_t end) const;
    /// Rows [begin, end).
    Matrix rowSlice(int64_t begin, int64_t end) const;
    double rowNorm(int64_t r) const;

    int64_t rows = 0;
    int64_t columns = 0;
    std::vector<double> values;
};

/// x * weight^T
Matrix matmul(const Matrix& x, const Matrix& weight);
Matrix rmsNorm(const Matrix& x, const std::vector<double>& weight, double eps);
Matrix layerNorm(const Matrix& x, const std::vector<double>& weight,
                 const std::vector<double>& bias, double eps);
Matrix swiglu(const Matrix& x);
/// gpt-oss: both halves clamped, the gate's sigmoid 1.702 times as steep, one added to up.
Matrix clampedSwiglu(const Matrix& x, double limit);

/// Rotates columns [offset, offset + 2 * cos.columns) of x in place.
void rope(Matrix& x, const std::vector<int32_t>& positions, const Matrix& cos, const Matrix& sin,
          int64_t offset, bool interleaved, bool inverse);

/// One head; query i sees keys j <= k.rows - q.rows + i.
struct AttentionResult {
    Matrix out;               // [queries, v columns]
    std::vector<double> lse;  // [queries]
};
AttentionResult causalAttention(const Matrix& q, const Matrix& k, const Matrix& v, double scale);
struct AttentionSettings {
    double scale = 1.0;
    int64_t window = 0;          // query at position i sees keys j > i - window; 0: all
    std::optional<double> sink;  // a logit that joins the softmax and adds no value
};
AttentionResult attention(const Matrix& q, const Matrix& k, const Matrix& v,
                          const AttentionSettings& settings);

/// The top_k positions of the largest scores, ascending; among equal ones the lower. One token:
/// q: [heads, dim], weights: [heads], keys: [visible, dim].
std::vector<int32_t> selectKeys(const Matrix& q, const std::vector<double>& weights,
                                const Matrix& keys, int64_t top_k);

struct RouterSettings {
    bool softmax = false;
    int64_t n_group = 1;
    int64_t topk_group = 1;
    int64_t k = 1;
    bool norm_topk_prob = true;
    double routed_scaling_factor = 1.0;
    bool softmax_of_chosen = false;  // instead of softmax over all
    bool group_by_best = false;      // a group counts as its best choice, not its two best
};
struct RouterResult {
    std::vector<int32_t> experts;  // [k], by choice, largest first
    std::vector<double> weights;   // [k]
};
/// bias: [E] or empty.
RouterResult router(const std::vector<double>& logits, const std::vector<double>& bias,
                    const RouterSettings& settings);

}  // namespace hearth::test::reference
