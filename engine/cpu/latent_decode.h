// MLA decode whose work is shared by chunks of keys, over either cache. A token's keys are taken in
// chunks of kLatentChunk counted from its first one. Each chunk gives a partial result, and these
// are joined in order: the bits depend neither on how the work was shared nor on what else is in
// the step.
#pragma once
#include "engine/cpu/cpu_ops.h"
#include "engine/cpu/cpu_tensor.h"

namespace hearth::engine::cpu {

class LatentDecode {
public:
    LatentDecode(CpuContext& context, const MlaDecodeParams& params);
    virtual ~LatentDecode() = default;
    LatentDecode(const LatentDecode&) = delete;
    LatentDecode& operator=(const LatentDecode&) = delete;

    void run();

protected:
    /// Some heads of a token over one chunk.
    struct Task {
        int64_t row = 0;  // of the tokens that run together
        int64_t chunk = 0;
        int64_t head = 0;
        int64_t heads = 0;    // at most headsOfTask()
        int64_t keys = 0;     // 1..kLatentChunk
        int64_t partial = 0;  // of the first head
    };

    /// Heads that a task may take, when so many tasks are to be had if each takes all heads.
    virtual int64_t headsOfTask(int64_t tasks) const = 0;
    /// Floats that the queries of a token take.
    virtual int64_t queryFloats() const = 0;
    virtual void reserveQueries(float* block, int64_t tokens) = 0;
    virtual void prepareQuery(int64_t row, int64_t head) = 0;
    virtual void attend(const Task& task) const = 0;

    /// Scores [heads][kLatentChunk] of a task become weights; `columns` of them, a multiple of 16.
    void softmax(float* scores, const Task& task, int64_t columns) const;
    int64_t keysOf(int64_t row, int64_t chunk) const;
    /// Where task's heads put their weighted sums, rank floats each.
    float* partialOf(const Task& task) const {
        return m_partial + task.partial * m_params.kv_lora_rank;
    }
    int64_t tokenOf(int64_t row) const { return m_first + row; }

    CpuContext& m_context;
    const MlaDecodeParams& m_params;
    Rows<const float> m_qLatent, m_qRope;
    Rows<const int32_t> m_sequences;
    int64_t m_heads;

private:
    void countKeys();
    void reserve(int64_t tokens);
    void runTokens(int64_t tokens);
    /// Calls use(0) to use(count - 1), shared among threads.
    template <typename Use>
    void eachItem(int64_t count, Use&& use);
    void runTask(int64_t row, int64_t chunk, int64_t head, int64_t most);
    void join(int64_t row, int64_t head) const;
    int64_t partialIndex(int64_t row, int64_t chunk, int64_t head) const {
        return (row * m_chunks + chunk) * m_heads + head;
    }

    Rows<float> m_out;
    int64_t m_chunks = 0;
    int64_t m_first = 0;         // token of row 0
    int32_t* m_keys = nullptr;   // [tokens]: that each attends to
    float* m_partial = nullptr;  // [rows][chunks][heads][rank]
    float* m_maximum = nullptr;  // [rows][chunks][heads]
    float* m_sum = nullptr;      // the same
};

}  // namespace hearth::engine::cpu
