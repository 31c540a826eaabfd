#include "engine/cpu/cpu_backend.h"

#include <cstring>
#include <typeinfo>

#include "engine/cpu/cpu_ops.h"
#include "engine/cpu/cpu_tensor.h"
#include "engine/cpu/numa.h"
#include "engine/ops/packed_layout.h"
#include "engine/ops/quantise.h"
#include "engine/step_memory.h"

namespace hearth::engine {
namespace {

using namespace cpu;

class CpuBackend final : public Backend {
public:
    explicit CpuBackend(const CpuBackendOptions& options)
        : m_allocator(options.allocator ? options.allocator : std::make_shared<CachingAllocator>()),
          m_pool(options.dry ? ThreadPool::dry() : ThreadPool(options.threads)),
          m_context{m_pool, kernelsFor(options.isa)} {}

    std::string description() const override {
        return std::string("cpu ") + m_context.kernels.name + ", " +
               std::to_string(m_pool.threads()) + " threads";
    }
    ThreadPool& pool() { return m_pool; }

    Tensor allocate(DType dtype, std::span<const int64_t> shape) override {
        int64_t elements = 1;
        for (int64_t extent : shape) {
            CORE_ASSERT(extent >= 0);
            elements *= extent;
        }
        return Tensor(buffer(elements * dtypeSize(dtype)), dtype, shape);
    }

    void upload(const Tensor& target, std::span<const std::byte> source) override {
        CORE_ASSERT(int64_t(source.size()) == target.size() * dtypeSize(target.dtype()));
        const RowBytes rows(target);
        for (int64_t i = 0; i < rows.count; ++i)
            std::memcpy(rows.data + i * rows.stride, source.data() + i * rows.bytes,
                        size_t(rows.bytes));
    }

    void download(const Tensor& source, std::span<std::byte> target) override {
        CORE_ASSERT(int64_t(target.size()) == source.size() * dtypeSize(source.dtype()));
        const RowBytes rows(source);
        for (int64_t i = 0; i < rows.count; ++i)
            std::memcpy(target.data() + i * rows.bytes, rows.data + i * rows.stride,
                        size_t(rows.bytes));
    }

    void downloadRows(const Tensor& weight, int64_t group, int64_t begin, int64_t end,
                      std::span<float> target) override {
        const int64_t outputs = weight.dim(weight.rank() - 2),
                      depth = weight.dim(weight.rank() - 1);
        CORE_ASSERT(weight.layout() == Layout::Packed);
        CORE_ASSERT(int64_t(target.size()) == (end - begin) * depth);
        const auto* panels = static_cast<const std::byte*>(cpu::dataOf(weight)) +
                             packedBytes(weight.dtype(), group, outputs, depth);
        std::vector<float> rows;
        float* out = target.data();
        while (begin < end) {
            const int64_t first = begin % kPanelOutputs;
            const int64_t count = std::min(kPanelOutputs - first, end - begin);
            rows.resize(size_t((first + count) * depth));
            unpackPanel(weight.dtype(),
                        panels + begin / kPanelOutputs * panelBytes(weight.dtype(), depth),
                        first + count, depth, rows.data(), depth);
            out = std::copy(rows.begin() + first * depth, rows.end(), out);
            begin += count;
        }
    }

    Tensor pack(const Tensor& weight) override {
        const int rank = weight.rank();
        std::array<int64_t, Tensor::kMaxRank> shape{};
        for (int i = 0; i < rank; ++i)
            shape[size_t(i)] = weight.dim(i);
        const std::span extents(shape.data(), size_t(rank));
        Tensor packed(buffer(bytesPacked(weight.dtype(), extents)), weight.dtype(), extents,
                      Layout::Packed);
        packWeight(m_context, weight, packed);
        return packed;
    }
    Tensor adopt(DType dtype, std::span<const int64_t> shape, std::span<const std::byte> bytes,
                 std::shared_ptr<const void> owner) override {
        CORE_ASSERT(int64_t(bytes.size()) == bytesPacked(dtype, shape));
        return adopted(dtype, shape, Layout::Packed, bytes, std::move(owner));
    }
    Tensor adoptRows(DType dtype, std::span<const int64_t> shape, std::span<const std::byte> bytes,
                     std::shared_ptr<const void> owner) override {
        const Tensor rows = adopted(dtype, shape, Layout::RowMajor, bytes, std::move(owner));
        CORE_ASSERT(int64_t(bytes.size()) == rows.size() * dtypeSize(dtype));
        return rows;
    }
    void fillZero(const Tensor& target) override {
        if (!m_pool.isDry())
            cpu::fillZero(target);
    }

    void embedding(const EmbeddingParams& p) override { cpu::embedding(m_context, p); }
    void matmul(const MatmulParams& p) override { cpu::matmul(m_context, p); }
    void perHeadMatmul(const PerHeadMatmulParams& p) override { cpu::perHeadMatmul(m_context, p); }
    void rmsNorm(const RmsNormParams& p) override { cpu::rmsNorm(m_context, p); }
    void layerNorm(const LayerNormParams& p) override { cpu::layerNorm(m_context, p); }
    void addBias(const AddBiasParams& p) override { cpu::addBias(m_context, p); }
    void scale(const ScaleParams& p) override { cpu::scale(m_context, p); }
    void keepRows(const KeepRowsParams& p) override { cpu::keepRows(p); }
    void scaleColumns(const ScaleColumnsParams& p) override { cpu::scaleColumns(m_context, p); }
    void selectKeys(const SelectKeysParams& p) override { cpu::selectKeys(m_context, p); }
    void pagedAttention(const PagedAttentionParams& p) override {
        cpu::pagedAttention(m_context, p);
    }
    void rope(const RopeParams& p) override { cpu::rope(m_context, p); }
    void causalAttention(const CausalAttentionParams& p) override {
        cpu::causalAttention(m_context, p);
    }
    void cacheWrite(const CacheWriteParams& p) override { cpu::cacheWrite(m_context, p); }
    void cacheGather(const CacheGatherParams& p) override { cpu::cacheGather(m_context, p); }
    void mlaDecode(const MlaDecodeParams& p) override { cpu::mlaDecode(m_context, p); }
    void expandKeys(const ExpandKeysParams& p) override { cpu::expandKeys(m_context, p); }
    void expandedAttention(const ExpandedAttentionParams& p) override {
        cpu::expandedAttention(m_context, p);
    }
    void swiglu(const SwigluParams& p) override { cpu::swiglu(m_context, p); }
    void router(const RouterParams& p) override { cpu::router(m_context, p); }
    void groupByExpert(const GroupByExpertParams& p) override { cpu::groupByExpert(p); }
    void groupedMatmul(const GroupedMatmulParams& p) override { cpu::groupedMatmul(m_context, p); }
    void combineExperts(const CombineExpertsParams& p) override {
        cpu::combineExperts(m_context, p);
    }
    void add(const AddParams& p) override { cpu::add(m_context, p); }
    void gatherRows(const GatherRowsParams& p) override { cpu::gatherRows(m_context, p); }
    void copy(const CopyParams& p) override { cpu::copy(m_context, p); }

private:
    /// A view as rows of bytes; one long row when there are no gaps.
    struct RowBytes {
        explicit RowBytes(const Tensor& t)
            : data(static_cast<std::byte*>(dataOf(t))),
              count(t.size() == 0    ? 0
                    : t.contiguous() ? 1
                                     : t.dim(0)),
              bytes(count == 0 ? 0 : t.size() / count * dtypeSize(t.dtype())),
              stride(t.rowStride() * dtypeSize(t.dtype())) {}
        std::byte* data;
        int64_t count;
        int64_t bytes;
        int64_t stride;
    };

    static constexpr uintptr_t kCacheLine = 64;

    static int64_t bytesPacked(DType dtype, std::span<const int64_t> shape) {
        const size_t rank = shape.size();
        return packedBytes(dtype, rank == 3 ? shape[0] : 1, shape[rank - 2], shape[rank - 1]);
    }

    Tensor adopted(DType dtype, std::span<const int64_t> shape, Layout layout,
                   std::span<const std::byte> bytes, std::shared_ptr<const void> owner) {
        if (reinterpret_cast<uintptr_t>(bytes.data()) % kCacheLine == 0)
            return Tensor(std::make_shared<CpuBuffer>(bytes, std::move(owner)), dtype, shape,
                          layout);
        // A panel that begins within a cache line would cost a second line with every read.
        Tensor copy(buffer(int64_t(bytes.size())), dtype, shape, layout);
        std::memcpy(dataOf(copy), bytes.data(), bytes.size());
        return copy;
    }

    std::shared_ptr<Buffer> buffer(int64_t bytes) {
        return std::allocate_shared<CpuBuffer>(StepAllocator<CpuBuffer>(), m_allocator,
                                               size_t(std::max<int64_t>(bytes, 1)));
    }

    std::shared_ptr<HostAllocator> m_allocator;
    ThreadPool m_pool;
    CpuContext m_context;
};

}  // namespace

std::unique_ptr<Backend> createCpuBackend(const CpuBackendOptions& options) {
    if (!options.dry)
        spreadMemory();
    return std::make_unique<CpuBackend>(options);
}

ThreadPool& cpuThreadPool(Backend& backend) {
    CORE_ASSERT(typeid(backend) == typeid(CpuBackend));
    return static_cast<CpuBackend&>(backend).pool();
}

}  // namespace hearth::engine
