#include "tests/support/guarded_backend.h"

#include <sys/mman.h>

#include <map>
#include <mutex>
#include <vector>

#include "core/assert.h"
#include "core/result.h"
#include "engine/cpu/host_allocator.h"

namespace hearth::test {
namespace {

using namespace engine;

/// One reserved range of addresses for all tensors, opened and closed as a whole. Pages are
/// taken from the system when first touched.
class GuardedArena : public HostAllocator {
public:
    GuardedArena()
        : m_begin(static_cast<std::byte*>(mmap(
              nullptr, kBytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0))) {
        CORE_ASSERT(m_begin != MAP_FAILED);
    }
    ~GuardedArena() override { munmap(m_begin, kBytes); }

    void* allocate(size_t bytes) override {
        std::lock_guard lock(m_mutex);
        std::vector<void*>& free = m_free[rounded(bytes)];
        if (!free.empty()) {
            void* block = free.back();
            free.pop_back();
            return block;
        }
        if (m_used + rounded(bytes) > kBytes)
            throw core::Exception(
                {core::ErrorCode::ResourceExhausted, "The guarded arena is full", ""});
        void* block = m_begin + m_used;
        m_used += rounded(bytes);
        return block;
    }
    void release(void* block, size_t bytes) noexcept override {
        std::lock_guard lock(m_mutex);
        m_free[rounded(bytes)].push_back(block);
    }

    void open() { protect(PROT_READ | PROT_WRITE); }
    void close() { protect(PROT_NONE); }

private:
    static constexpr size_t kBytes = size_t{4} << 30;
    static size_t rounded(size_t bytes) { return (bytes + 63) / 64 * 64; }

    void protect(int access) { CORE_ASSERT(mprotect(m_begin, kBytes, access) == 0); }

    std::byte* m_begin;
    std::mutex m_mutex;  // guards the members below
    size_t m_used = 0;
    std::map<size_t, std::vector<void*>> m_free;
};

class GuardedBackend final : public Backend {
public:
    GuardedBackend(CpuBackendOptions options, std::shared_ptr<GuardedArena> arena)
        : m_arena(std::move(arena)) {
        options.allocator = m_arena;
        m_inner = createCpuBackend(options);
    }

    std::string description() const override { return "guarded " + m_inner->description(); }
    Tensor allocate(DType dtype, std::span<const int64_t> shape) override {
        return m_inner->allocate(dtype, shape);
    }
    void upload(const Tensor& target, std::span<const std::byte> source) override {
        const Access access(*m_arena);
        m_inner->upload(target, source);
    }
    void download(const Tensor& source, std::span<std::byte> target) override {
        const Access access(*m_arena);
        m_inner->download(source, target);
    }
    void downloadRows(const Tensor& weight, int64_t group, int64_t begin, int64_t end,
                      std::span<float> target) override {
        const Access access(*m_arena);
        m_inner->downloadRows(weight, group, begin, end, target);
    }
    Tensor pack(const Tensor& weight) override {
        const Access access(*m_arena);
        return m_inner->pack(weight);
    }
    Tensor adopt(DType dtype, std::span<const int64_t> shape, std::span<const std::byte> bytes,
                 std::shared_ptr<const void> owner) override {
        const Access access(*m_arena);
        return m_inner->adopt(dtype, shape, bytes, std::move(owner));
    }
    void fillZero(const Tensor& target) override {
        const Access access(*m_arena);
        m_inner->fillZero(target);
    }

    void embedding(const EmbeddingParams& p) override { guarded(&Backend::embedding, p); }
    void matmul(const MatmulParams& p) override { guarded(&Backend::matmul, p); }
    void perHeadMatmul(const PerHeadMatmulParams& p) override {
        guarded(&Backend::perHeadMatmul, p);
    }
    void rmsNorm(const RmsNormParams& p) override { guarded(&Backend::rmsNorm, p); }
    void layerNorm(const LayerNormParams& p) override { guarded(&Backend::layerNorm, p); }
    void addBias(const AddBiasParams& p) override { guarded(&Backend::addBias, p); }
    void scale(const ScaleParams& p) override { guarded(&Backend::scale, p); }
    void keepRows(const KeepRowsParams& p) override { guarded(&Backend::keepRows, p); }
    void scaleColumns(const ScaleColumnsParams& p) override { guarded(&Backend::scaleColumns, p); }
    void selectKeys(const SelectKeysParams& p) override { guarded(&Backend::selectKeys, p); }
    void pagedAttention(const PagedAttentionParams& p) override {
        guarded(&Backend::pagedAttention, p);
    }
    void rope(const RopeParams& p) override { guarded(&Backend::rope, p); }
    void causalAttention(const CausalAttentionParams& p) override {
        guarded(&Backend::causalAttention, p);
    }
    void cacheWrite(const CacheWriteParams& p) override { guarded(&Backend::cacheWrite, p); }
    void cacheGather(const CacheGatherParams& p) override { guarded(&Backend::cacheGather, p); }
    void mlaDecode(const MlaDecodeParams& p) override { guarded(&Backend::mlaDecode, p); }
    void expandKeys(const ExpandKeysParams& p) override { guarded(&Backend::expandKeys, p); }
    void expandedAttention(const ExpandedAttentionParams& p) override {
        guarded(&Backend::expandedAttention, p);
    }
    void swiglu(const SwigluParams& p) override { guarded(&Backend::swiglu, p); }
    void router(const RouterParams& p) override { guarded(&Backend::router, p); }
    void groupByExpert(const GroupByExpertParams& p) override {
        guarded(&Backend::groupByExpert, p);
    }
    void groupedMatmul(const GroupedMatmulParams& p) override {
        guarded(&Backend::groupedMatmul, p);
    }
    void combineExperts(const CombineExpertsParams& p) override {
        guarded(&Backend::combineExperts, p);
    }
    void add(const AddParams& p) override { guarded(&Backend::add, p); }
    void gatherRows(const GatherRowsParams& p) override { guarded(&Backend::gatherRows, p); }
    void copy(const CopyParams& p) override { guarded(&Backend::copy, p); }

private:
    /// The tensors can be touched while this lives.
    struct Access {
        explicit Access(GuardedArena& arena) : arena(arena) { arena.open(); }
        ~Access() { arena.close(); }
        GuardedArena& arena;
    };

    template <typename Params>
    void guarded(void (Backend::*op)(const Params&), const Params& params) {
        const Access access(*m_arena);
        (m_inner.get()->*op)(params);
    }

    std::shared_ptr<GuardedArena> m_arena;
    std::unique_ptr<Backend> m_inner;
};

}  // namespace

std::unique_ptr<Backend> createGuardedBackend(const CpuBackendOptions& options) {
    return std::make_unique<GuardedBackend>(options, std::make_shared<GuardedArena>());
}

}  // namespace hearth::test
