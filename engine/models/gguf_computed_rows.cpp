#include "engine/models/gguf_computed_rows.h"

#include <algorithm>

namespace hearth::engine {
namespace {

/// kv_b_proj [heads * (nope + v), lora] from k_b [heads, lora, nope] and v_b [heads, v, lora].
class JoinedKv : public ComputedRows {
public:
    JoinedKv(const ModelConfig& config, const StoredTensor& k, const StoredTensor& v)
        : m_k(k),
          m_v(v),
          m_lora(config.kv_lora_rank),
          m_nope(config.qk_nope_head_dim),
          m_value(config.v_head_dim) {}

    void readRows(int64_t begin, int64_t end, float* out) const override {
        const int64_t headRows = m_nope + m_value;
        while (begin < end) {
            const int64_t head = begin / headRows;
            const int64_t first = begin - head * headRows;
            const int64_t last = std::min(end - head * headRows, headRows);
            if (first < m_nope)
                readKeys(head, first, std::min(last, m_nope), out);
            if (last > m_nope) {
                const int64_t from = std::max(first, m_nope);
                m_v.readRows(head * m_value + from - m_nope, head * m_value + last - m_nope,
                             out + (from - first) * m_lora);
            }
            out += (last - first) * m_lora;
            begin += last - first;
        }
    }

private:
    /// Rows [first, last) of the head's keys: columns of what is stored.
    void readKeys(int64_t head, int64_t first, int64_t last, float* out) const {
        std::vector<float> stored(size_t(m_lora * m_nope));
        m_k.readRows(head * m_lora, (head + 1) * m_lora, stored.data());
        for (int64_t row = first; row < last; ++row) {
            for (int64_t i = 0; i < m_lora; ++i)
                out[(row - first) * m_lora + i] = stored[size_t(i * m_nope + row)];
        }
    }

    const StoredTensor& m_k;
    const StoredTensor& m_v;
    int64_t m_lora;
    int64_t m_nope;
    int64_t m_value;
};

/// Rows of the queries' or the keys' latent, which an export scaled for llama.cpp.
class UnscaledRows : public ComputedRows {
public:
    UnscaledRows(StoredTensor stored, int64_t rows, double scale)
        : m_stored(std::move(stored)), m_rows(rows), m_scale(scale) {}

    void readRows(int64_t begin, int64_t end, float* out) const override {
        m_stored.readRows(begin, end, out);
        const int64_t scaled = std::clamp<int64_t>(m_rows - begin, 0, end - begin);
        for (int64_t i = 0; i < scaled * m_stored.columns(); ++i)
            out[i] = float(out[i] / m_scale);
    }

private:
    StoredTensor m_stored;
    int64_t m_rows;
    double m_scale;
};

}  // namespace

std::shared_ptr<const ComputedRows> joinedKv(const ModelConfig& config, const StoredTensor& k,
                                             const StoredTensor& v) {
    return std::make_shared<const JoinedKv>(config, k, v);
}

std::shared_ptr<const ComputedRows> unscaledRows(StoredTensor stored, int64_t rows, double scale) {
    return std::make_shared<const UnscaledRows>(std::move(stored), rows, scale);
}

}  // namespace hearth::engine
