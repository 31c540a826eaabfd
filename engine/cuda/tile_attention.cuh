// Attention of a tile of queries over blocks of keys with an online softmax: what causalAttention
// and pagedAttention share. The order of sums is that of engine/cpu/attention_cpu.cpp and
// paged_attention_cpu.cpp: a score is one chain over the head's elements, the values of a block of
// keys are one chain over its keys, and blocks are counted from key 0.
#pragma once
#include "engine/cuda/device_math.cuh"

namespace hearth::engine::cuda {

inline constexpr int kTileRows = 16;  // (query, head) rows of a block
inline constexpr int kTileThreads = 256;
inline constexpr int kPieceKeys = 32;      // keys in shared memory at a time
inline constexpr int kValueColumns = 256;  // of a block; wider values take several

/// Some rows of one sequence with one key head: row r is head r % group of query r / group.
struct TileItem {
    int64_t firstQuery = 0;  // row of q of the sequence's query 0
    int64_t firstKey = 0;    // row of k, or of the page tables, of the sequence
    int64_t keysBefore = 0;  // query i sees keys j <= keysBefore + i
    int32_t keyHead = 0;
    int32_t rowBegin = 0;
    int32_t rows = 0;  // 1..kTileRows
};

struct TileParams {
    const TileItem* items = nullptr;
    const float* q = nullptr;
    float* out = nullptr;
    float* lse = nullptr;  // [T, heads] or null
    const float* sinks = nullptr;
    int64_t qStride = 0;
    int64_t outStride = 0;
    int64_t lseStride = 0;
    int group = 1;
    int keyDim = 0;
    int valueDim = 0;
    int64_t window = 0;
    float scale = 1.0f;
    bool addsToZero = false;  // the result of a row that is -0 becomes 0

    /// Floats of shared memory of a block.
    __host__ __device__ int pieceFloats() const {
        const int values = valueDim < kValueColumns ? valueDim : kValueColumns;
        const int widest = keyDim + 1 > values ? keyDim + 1 : values;
        return kPieceKeys * widest;
    }
    template <int kKeys>
    int64_t sharedBytes() const {
        return int64_t(sizeof(float)) * (pieceFloats() + kTileRows * (keyDim + kKeys + 3));
    }
};

/// Keys: key(item, j, d) and value(item, j, d), elements of the sequence's key j.
template <int kKeys, typename Keys>
class TileAttention {
public:
    __device__ TileAttention(const TileParams& p, const Keys& keys, float* shared)
        : m_p(p),
          m_keys(keys),
          m_item(p.items[blockIdx.x]),
          m_columnBegin(int(blockIdx.y) * kValueColumns) {
        m_piece = shared;
        m_queries = m_piece + p.pieceFloats();
        m_scores = m_queries + kTileRows * p.keyDim;
        m_maximum = m_scores + kTileRows * kKeys;
        m_sum = m_maximum + kTileRows;
        m_correction = m_sum + kTileRows;
    }

    __device__ void run() {
        begin();
        const int64_t end = position(m_item.rows - 1) + 1;
        for (int64_t key = hiddenBefore(0) / kKeys * kKeys; key < end; key += kKeys) {
            const int count = int(end - key < kKeys ? end - key : kKeys);
            for (int first = 0; first < count; first += kPieceKeys)
                scorePiece(key, first, min(kPieceKeys, count - first));
            __syncthreads();
            softmax(key);
            __syncthreads();
            addValues(key, count);
        }
        finish();
    }

private:
    static constexpr int kColumnGroups = kValueColumns / 64, kOwnRows = kTileRows / 4;

    __device__ int64_t position(int row) const {
        return m_item.keysBefore + (m_item.rowBegin + row) / m_p.group;
    }
    __device__ int64_t hiddenBefore(int row) const {
        const int64_t first = position(row) + 1 - m_p.window;
        return m_p.window > 0 && first > 0 ? first : 0;
    }
    __device__ int64_t token(int row) const {
        return m_item.firstQuery + (m_item.rowBegin + row) / m_p.group;
    }
    __device__ int64_t head(int row) const {
        return int64_t(m_item.keyHead) * m_p.group + (m_item.rowBegin + row) % m_p.group;
    }

    __device__ void begin() {
        for (int i = int(threadIdx.x); i < kTileRows * m_p.keyDim; i += kTileThreads) {
            const int row = min(i / m_p.keyDim, m_item.rows - 1), d = i % m_p.keyDim;
            m_queries[i] = m_p.q[token(row) * m_p.qStride + head(row) * m_p.keyDim + d];
        }
        if (threadIdx.x < kTileRows) {
            const int row = min(int(threadIdx.x), m_item.rows - 1);
            m_maximum[threadIdx.x] = m_p.sinks ? m_p.sinks[head(row)] : minusInfinity();
            m_sum[threadIdx.x] = m_p.sinks ? 1.0f : 0.0f;
        }
    }

    __device__ void scorePiece(int64_t key, int first, int count) {
        __syncthreads();
        const int stride = m_p.keyDim + 1;
        for (int i = int(threadIdx.x); i < count * m_p.keyDim; i += kTileThreads)
            m_piece[i / m_p.keyDim * stride + i % m_p.keyDim] =
                m_keys.key(m_item, key + first + i / m_p.keyDim, i % m_p.keyDim);
        __syncthreads();
        const int j = int(threadIdx.x) % 32, row = int(threadIdx.x) / 32;
        const float *a = m_queries + row * m_p.keyDim, *b = a + kTileRows / 2 * m_p.keyDim;
        float one = 0.0f, two = 0.0f;
        for (int d = 0; d < m_p.keyDim; ++d) {
            const float element = m_piece[j * stride + d];
            one = __fmaf_rn(a[d], element, one);
            two = __fmaf_rn(b[d], element, two);
        }
        m_scores[row * kKeys + first + j] = one;
        m_scores[(row + kTileRows / 2) * kKeys + first + j] = two;
    }

    /// Sixteen threads a row.
    __device__ void softmax(int64_t key) {
        const int row = int(threadIdx.x) / kLanes, lane = int(threadIdx.x) % kLanes;
        const int own = min(row, m_item.rows - 1);
        const int64_t visible = position(own) + 1 - key, hidden = hiddenBefore(own) - key;
        float* scores = m_scores + row * kKeys;
        float largest = minusInfinity();
        for (int j = lane; j < kKeys; j += kLanes) {
            const bool seen = j >= hidden && j < visible;
            const float scaled = seen ? scores[j] * m_p.scale : minusInfinity();
            scores[j] = scaled;
            largest = larger(largest, scaled);
        }
        largest = maxLanes(largest);
        const float before = m_maximum[row];
        const float now = largest > before ? largest : before;
        const float shift = now == minusInfinity() ? 0.0f : now;
        float sum = 0.0f;
        for (int j = lane; j < kKeys; j += kLanes) {
            const float weight = exponential(scores[j] - shift);
            scores[j] = weight;
            sum = sum + weight;
        }
        sum = sumLanes(sum);
        const float correction = exponential(before - shift);
        __syncwarp();
        if (lane == 0) {
            m_correction[row] = correction;
            m_maximum[row] = now;
            m_sum[row] = m_sum[row] * correction + sum;
        }
    }

    /// A thread has four columns, 64 apart, of four rows.
    __device__ void addValues(int64_t key, int count) {
        const int columns = min(kValueColumns, m_p.valueDim - m_columnBegin);
        float block[kOwnRows][kColumnGroups] = {};
        for (int first = 0; first < count; first += kPieceKeys) {
            const int some = min(kPieceKeys, count - first);
            __syncthreads();
            for (int i = int(threadIdx.x); i < some * columns; i += kTileThreads)
                m_piece[i] =
                    m_keys.value(m_item, key + first + i / columns, m_columnBegin + i % columns);
            __syncthreads();
            for (int j = 0; j < some; ++j) {
                float weights[kOwnRows];
                for (int r = 0; r < kOwnRows; ++r)
                    weights[r] = m_scores[(firstRow() + r) * kKeys + first + j];
                for (int g = 0; g < kColumnGroups; ++g) {
                    const int column = firstColumn() + g * 64;
                    if (column >= columns)
                        break;
                    const float value = m_piece[j * columns + column];
                    for (int r = 0; r < kOwnRows; ++r)
                        block[r][g] = __fmaf_rn(weights[r], value, block[r][g]);
                }
            }
        }
        for (int r = 0; r < kOwnRows; ++r) {
            const float correction = m_correction[firstRow() + r];
            for (int g = 0; g < kColumnGroups; ++g)
                m_out[r][g] = m_out[r][g] * correction + block[r][g];
        }
    }

    __device__ void finish() {
        for (int r = 0; r < kOwnRows; ++r) {
            const int row = firstRow() + r;
            if (row >= m_item.rows)
                break;
            const float inverse = 1.0f / m_sum[row];
            float* target =
                m_p.out + token(row) * m_p.outStride + head(row) * m_p.valueDim + m_columnBegin;
            for (int g = 0; g < kColumnGroups; ++g) {
                const int column = firstColumn() + g * 64;
                if (column < min(kValueColumns, m_p.valueDim - m_columnBegin)) {
                    const float value = m_out[r][g] * inverse;
                    target[column] = m_p.addsToZero ? value + 0.0f : value;
                }
            }
        }
        const int row = int(threadIdx.x);
        if (m_p.lse && blockIdx.y == 0 && row < m_item.rows)
            m_p.lse[token(row) * m_p.lseStride + head(row)] = m_maximum[row] + logf(m_sum[row]);
    }

    __device__ int firstColumn() const { return int(threadIdx.x) % 64; }
    __device__ int firstRow() const { return int(threadIdx.x) / 64 * kOwnRows; }

    const TileParams& m_p;
    const Keys& m_keys;
    const TileItem m_item;
    int m_columnBegin;
    float m_out[kOwnRows][kColumnGroups] = {};
    float* m_piece;       // keys [kPieceKeys][keyDim + 1], then values [kPieceKeys][columns]
    float* m_queries;     // [kTileRows][keyDim]
    float* m_scores;      // [kTileRows][kKeys]
    float* m_maximum;     // [kTileRows]
    float* m_sum;         // the same
    float* m_correction;  // the same
};

}  // namespace hearth::engine::cuda
