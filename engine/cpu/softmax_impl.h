// Softmax over blocks of keys. Include from kernels_impl.h only, within its namespace.

inline constexpr float kInfinity = __builtin_inff();

inline void hideScores(const SoftmaxBlockParams& p, int64_t row) {
    float* scores = p.scores + row * p.stride;
    for (int64_t j = p.visible[row]; j < p.columns; ++j)
        scores[j] = -kInfinity;
    for (int64_t j = 0; p.hidden && j < p.hidden[row]; ++j)
        scores[j] = -kInfinity;
}

/// The largest of before and the row's scaled scores.
inline float largestScore(const SoftmaxBlockParams& p, int64_t row) {
    const float* scores = p.scores + row * p.stride;
    const Vec scale = broadcast(p.scale);
    Vec largest = broadcast(-kInfinity);
    for (int64_t j = 0; j < p.columns; j += kLanes)
        largest = max(largest, load(scores + j) * scale);
    const float now = maxLanes(largest), before = p.maximum[row];
    return now > before ? now : before;
}

/// What e is raised by; scores that are all hidden stay so.
inline float shiftOf(float maximum) {
    return maximum == -kInfinity ? 0.0f : maximum;
}

inline Vec weightAt(const float* score, Vec scale, Vec shift) {
    return exponential(load(score) * scale - shift);
}

/// What a row's weights add up to, and the largest product of one.
struct RowWeights {
    Vec sums = zero();
    Vec most = zero();
};

/// Products of kCount vectors' weights with their keys' scales, in place of the scores.
template <int kCount>
inline void weighScores(float* scores, const float* keyScales, Vec scale, Vec shift,
                        RowWeights& row) {
    Vec weights[kCount];
#pragma GCC unroll 8
    for (int i = 0; i < kCount; ++i)
        weights[i] = load(scores + i * kLanes) * scale - shift;
    exponentials(weights);
#pragma GCC unroll 8
    for (int i = 0; i < kCount; ++i) {
        const Vec product = weights[i] * load(keyScales + i * kLanes);
        store(scores + i * kLanes, product);
        row.sums = row.sums + weights[i];
        row.most = max(product, row.most);
    }
}

inline void softmaxRow(const SoftmaxBlockParams& p, int64_t row) {
    hideScores(p, row);
    float* scores = p.scores + row * p.stride;
    const float before = p.maximum[row];
    p.maximum[row] = largestScore(p, row);
    const Vec shift = broadcast(shiftOf(p.maximum[row])), scale = broadcast(p.scale);
    Vec sums = zero();
    for (int64_t j = 0; j < p.columns; j += kLanes) {
        const Vec weight = weightAt(scores + j, scale, shift);
        store(scores + j, weight);
        sums = sums + weight;
    }
    float lanes[kLanes];
    store(lanes, exponential(broadcast(before) - shift));
    p.correction[row] = lanes[0];
    p.sum[row] = p.sum[row] * lanes[0] + sumLanes(sums);
}

inline void softmaxBlock(const SoftmaxBlockParams& p) {
    for (int64_t row = 0; row < p.rows; ++row)
        softmaxRow(p, row);
}

/// Each step for all rows before the next one: a row's own steps wait for one another.
inline void softmaxCodes(const SoftmaxCodesParams& params) {
    const SoftmaxBlockParams& p = params.block;
    const Vec scale = broadcast(p.scale), rounder = broadcast(12582912.0f);  // 1.5 * 2^23
    float raised[kLanes] = {}, corrections[kLanes];
    for (int64_t row = 0; row < p.rows; ++row) {
        hideScores(p, row);
        const float before = p.maximum[row];
        p.maximum[row] = largestScore(p, row);
        raised[row] = before - shiftOf(p.maximum[row]);
    }
    store(corrections, exponential(load(raised)));
    for (int64_t row = 0; row < p.rows; ++row) {
        float* scores = p.scores + row * p.stride;
        const Vec shift = broadcast(shiftOf(p.maximum[row]));
        RowWeights weights;
        int64_t j = 0;
        for (constexpr int64_t kStep = kChains * kLanes; j + kStep <= p.columns; j += kStep)
            weighScores<kChains>(scores + j, params.keyScales + j, scale, shift, weights);
        for (; j < p.columns; j += kLanes)
            weighScores<1>(scores + j, params.keyScales + j, scale, shift, weights);
        p.correction[row] = corrections[row];
        p.sum[row] = p.sum[row] * corrections[row] + sumLanes(weights.sums);
        params.codeScales[row] = maxLanes(weights.most);
    }
    for (int64_t row = 0; row < p.rows; ++row) {
        const float* products = p.scores + row * p.stride;
        const float most = params.codeScales[row];
        const Vec inverse = broadcast(most > 0 ? 255.0f / most : 0.0f);
        // The sum's low bits hold the nearest integer.
        for (int64_t j = 0; j < p.columns; j += kLanes)
            storeLowBytes(params.codes + row * p.stride + j,
                          fma(load(products + j), inverse, rounder));
        params.codeScales[row] = most / 255.0f;
    }
}
