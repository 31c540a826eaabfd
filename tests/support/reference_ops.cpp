#include "tests/support/reference_ops.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace hearth::test::reference {

Matrix Matrix::slice(int64_t begin, int64_t end) const {
    Matrix result(rows, end - begin);
    for (int64_t r = 0; r < rows; ++r) {
        for (int64_t c = begin; c < end; ++c)
            result.at(r, c - begin) = at(r, c);
    }
    return result;
}

Matrix Matrix::rowSlice(int64_t begin, int64_t end) const {
    Matrix result(end - begin, columns);
    std::copy(values.begin() + begin * columns, values.begin() + end * columns,
              result.values.begin());
    return result;
}

double Matrix::rowNorm(int64_t r) const {
    double sum = 0;
    for (int64_t c = 0; c < columns; ++c)
        sum += at(r, c) * at(r, c);
    return std::sqrt(sum);
}

Matrix matmul(const Matrix& x, const Matrix& weight) {
    Matrix result(x.rows, weight.rows);
    for (int64_t t = 0; t < x.rows; ++t) {
        for (int64_t o = 0; o < weight.rows; ++o) {
            for (int64_t i = 0; i < x.columns; ++i)
                result.at(t, o) += x.at(t, i) * weight.at(o, i);
        }
    }
    return result;
}

Matrix rmsNorm(const Matrix& x, const std::vector<double>& weight, double eps) {
    Matrix result(x.rows, x.columns);
    for (int64_t t = 0; t < x.rows; ++t) {
        const double norm = x.rowNorm(t);
        const double root = std::sqrt(norm * norm / double(x.columns) + eps);
        for (int64_t i = 0; i < x.columns; ++i)
            result.at(t, i) = x.at(t, i) / root * weight[size_t(i)];
    }
    return result;
}

Matrix layerNorm(const Matrix& x, const std::vector<double>& weight,
                 const std::vector<double>& bias, double eps) {
    Matrix result(x.rows, x.columns);
    for (int64_t t = 0; t < x.rows; ++t) {
        double mean = 0, variance = 0;
        for (int64_t i = 0; i < x.columns; ++i)
            mean += x.at(t, i) / double(x.columns);
        for (int64_t i = 0; i < x.columns; ++i)
            variance += std::pow(x.at(t, i) - mean, 2) / double(x.columns);
        for (int64_t i = 0; i < x.columns; ++i)
            result.at(t, i) = (x.at(t, i) - mean) / std::sqrt(variance + eps) * weight[size_t(i)] +
                              bias[size_t(i)];
    }
    return result;
}

Matrix clampedSwiglu(const Matrix& x, double limit) {
    Matrix result(x.rows, x.columns / 2);
    for (int64_t t = 0; t < x.rows; ++t) {
        for (int64_t i = 0; i < result.columns; ++i) {
            const double gate = std::min(x.at(t, i), limit);
            const double up = std::clamp(x.at(t, result.columns + i), -limit, limit);
            result.at(t, i) = (up + 1) * gate / (1 + std::exp(-1.702 * gate));
        }
    }
    return result;
}

Matrix swiglu(const Matrix& x) {
    const int64_t width = x.columns / 2;
    Matrix result(x.rows, width);
    for (int64_t t = 0; t < x.rows; ++t) {
        for (int64_t i = 0; i < width; ++i)
            result.at(t, i) = x.at(t, i) / (1 + std::exp(-x.at(t, i))) * x.at(t, width + i);
    }
    return result;
}

void rope(Matrix& x, const std::vector<int32_t>& positions, const Matrix& cos, const Matrix& sin,
          int64_t offset, bool interleaved, bool inverse) {
    const int64_t pairs = cos.columns;
    for (int64_t t = 0; t < x.rows; ++t) {
        for (int64_t j = 0; j < pairs; ++j) {
            const int64_t first = offset + (interleaved ? 2 * j : j);
            const int64_t second = offset + (interleaved ? 2 * j + 1 : j + pairs);
            const double a = x.at(t, first), b = x.at(t, second);
            const double c = cos.at(positions[size_t(t)], j);
            const double s = (inverse ? -1 : 1) * sin.at(positions[size_t(t)], j);
            x.at(t, first) = a * c - b * s;
            x.at(t, second) = a * s + b * c;
        }
    }
}

AttentionResult causalAttention(const Matrix& q, const Matrix& k, const Matrix& v, double scale) {
    return attention(q, k, v, {.scale = scale});
}

AttentionResult attention(const Matrix& q, const Matrix& k, const Matrix& v,
                          const AttentionSettings& settings) {
    AttentionResult result{Matrix(q.rows, v.columns), {}};
    for (int64_t i = 0; i < q.rows; ++i) {
        const int64_t position = k.rows - q.rows + i;
        const int64_t first =
            settings.window > 0 ? std::max<int64_t>(0, position - settings.window + 1) : 0;
        std::vector<double> scores(size_t(position - first + 1));
        for (size_t j = 0; j < scores.size(); ++j) {
            for (int64_t d = 0; d < q.columns; ++d)
                scores[j] += settings.scale * q.at(i, d) * k.at(first + int64_t(j), d);
        }
        double largest = *std::max_element(scores.begin(), scores.end());
        largest = std::max(largest, settings.sink.value_or(largest));
        double sum = settings.sink ? std::exp(*settings.sink - largest) : 0.0;
        for (double score : scores)
            sum += std::exp(score - largest);
        result.lse.push_back(largest + std::log(sum));
        for (size_t j = 0; j < scores.size(); ++j) {
            for (int64_t d = 0; d < v.columns; ++d)
                result.out.at(i, d) +=
                    std::exp(scores[j] - largest) / sum * v.at(first + int64_t(j), d);
        }
    }
    return result;
}

namespace {

/// Indices by value, largest first; equal values in index order.
std::vector<int64_t> ranked(const std::vector<double>& values) {
    std::vector<int64_t> order(values.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](int64_t a, int64_t b) { return values[size_t(a)] > values[size_t(b)]; });
    return order;
}

std::vector<double> scoresOf(const std::vector<double>& logits, bool softmax) {
    std::vector<double> scores;
    double sum = 0;
    for (double logit : logits)
        sum += std::exp(logit);
    for (double logit : logits)
        scores.push_back(softmax ? std::exp(logit) / sum : 1 / (1 + std::exp(-logit)));
    return scores;
}

}  // namespace

std::vector<int32_t> selectKeys(const Matrix& q, const std::vector<double>& weights,
                                const Matrix& keys, int64_t top_k) {
    const Matrix products = matmul(keys, q);
    std::vector<double> scores(size_t(keys.rows), 0.0);
    for (int64_t j = 0; j < keys.rows; ++j) {
        for (int64_t h = 0; h < q.rows; ++h)
            scores[size_t(j)] += weights[size_t(h)] * std::max(0.0, products.at(j, h));
    }
    const std::vector<int64_t> order = ranked(scores);
    std::vector<int32_t> result(order.begin(), order.begin() + std::min<int64_t>(top_k, keys.rows));
    std::sort(result.begin(), result.end());
    return result;
}

RouterResult router(const std::vector<double>& logits, const std::vector<double>& bias,
                    const RouterSettings& settings) {
    const std::vector<double> scores =
        settings.softmax_of_chosen ? logits : scoresOf(logits, settings.softmax);
    std::vector<double> choice = scores;
    for (size_t e = 0; e < bias.size(); ++e)
        choice[e] += bias[e];
    const size_t groupSize = choice.size() / size_t(settings.n_group);
    std::vector<double> groupScores;
    for (size_t g = 0; g < size_t(settings.n_group); ++g) {
        std::vector<double> group(choice.begin() + int64_t(g * groupSize),
                                  choice.begin() + int64_t((g + 1) * groupSize));
        std::sort(group.rbegin(), group.rend());
        groupScores.push_back(group[0] +
                              (groupSize > 1 && !settings.group_by_best ? group[1] : 0.0));
    }
    const std::vector<int64_t> groups = ranked(groupScores);
    for (size_t rank = size_t(settings.topk_group); rank < groups.size(); ++rank) {
        for (size_t i = 0; i < groupSize; ++i)
            choice[size_t(groups[rank]) * groupSize + i] = -std::numeric_limits<double>::infinity();
    }
    RouterResult result;
    for (int64_t e : ranked(choice)) {
        if (int64_t(result.experts.size()) == settings.k)
            break;
        result.experts.push_back(int32_t(e));
        result.weights.push_back(scores[size_t(e)]);
    }
    if (settings.softmax_of_chosen)
        result.weights = scoresOf(result.weights, true);
    const double sum = std::accumulate(result.weights.begin(), result.weights.end(), 0.0);
    for (double& weight : result.weights)
        weight *= settings.routed_scaling_factor / (settings.norm_topk_prob ? sum + 1e-20 : 1.0);
    return result;
}

}  // namespace hearth::test::reference
