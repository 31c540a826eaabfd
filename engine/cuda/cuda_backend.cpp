#include "engine/cuda/cuda_backend.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "engine/cuda/cuda_error.h"
#include "engine/cuda/cuda_ops.h"
#include "engine/cuda/cuda_probe.h"
#include "engine/ops/packed_layout.h"
#include "engine/ops/quantise.h"

namespace hearth::engine {
namespace {

using namespace cuda;

class CudaBackend final : public Backend {
public:
    explicit CudaBackend(std::string name)
        : m_name(std::move(name)), m_memory(std::make_shared<DeviceMemory>(0)) {}

    std::string description() const override { return "cuda " + m_name; }

    Tensor allocate(DType dtype, std::span<const int64_t> shape) override {
        int64_t elements = 1;
        for (const int64_t extent : shape) {
            CORE_ASSERT(extent >= 0);
            elements *= extent;
        }
        return Tensor(buffer(elements * dtypeSize(dtype)), dtype, shape);
    }
    void upload(const Tensor& target, std::span<const std::byte> source) override {
        CORE_ASSERT(int64_t(source.size()) == target.size() * dtypeSize(target.dtype()));
        const ByteRows rows(target);
        if (rows.count > 0)
            check(cudaMemcpy2DAsync(rows.data, rows.stride, source.data(), rows.bytes, rows.bytes,
                                    rows.count, cudaMemcpyHostToDevice, m_memory->stream()),
                  "upload");
    }
    void download(const Tensor& source, std::span<std::byte> target) override {
        CORE_ASSERT(int64_t(target.size()) == source.size() * dtypeSize(source.dtype()));
        const ByteRows rows(source);
        if (rows.count > 0)
            check(cudaMemcpy2DAsync(target.data(), rows.bytes, rows.data, rows.stride, rows.bytes,
                                    rows.count, cudaMemcpyDeviceToHost, m_memory->stream()),
                  "download");
        m_memory->synchronise();
    }
    Tensor pack(const Tensor& weight) override {
        std::array<int64_t, Tensor::kMaxRank> shape{};
        for (int i = 0; i < weight.rank(); ++i)
            shape[size_t(i)] = weight.dim(i);
        const std::span extents(shape.data(), size_t(weight.rank()));
        Tensor packed(buffer(bytesPacked(weight.dtype(), extents)), weight.dtype(), extents,
                      Layout::Packed);
        packWeight(*m_memory, weight, packed);
        return packed;
    }
    /// The bytes are copied, so their owner may go.
    Tensor adopt(DType dtype, std::span<const int64_t> shape, std::span<const std::byte> bytes,
                 std::shared_ptr<const void>) override {
        CORE_ASSERT(int64_t(bytes.size()) == bytesPacked(dtype, shape));
        Tensor copy(buffer(int64_t(bytes.size())), dtype, shape, Layout::Packed);
        copyToDevice(*m_memory, dataOf(copy), bytes.data(), bytes.size());
        return copy;
    }
    void fillZero(const Tensor& target) override {
        const ByteRows rows(target);
        if (rows.count > 0)
            check(cudaMemset2DAsync(rows.data, rows.stride, 0, rows.bytes, rows.count,
                                    m_memory->stream()),
                  "fillZero");
    }
    void downloadRows(const Tensor& weight, int64_t group, int64_t begin, int64_t end,
                      std::span<float> target) override {
        CORE_ASSERT(weight.layout() == Layout::Packed);
        const int64_t outputs = weight.dim(weight.rank() - 2),
                      depth = weight.dim(weight.rank() - 1);
        CORE_ASSERT(int64_t(target.size()) == (end - begin) * depth);
        const int64_t bytes = panelBytes(weight.dtype(), depth);
        const auto* panels = static_cast<const std::byte*>(dataOf(weight)) +
                             packedBytes(weight.dtype(), group, outputs, depth);
        std::vector<std::byte> panel(static_cast<size_t>(bytes));
        std::vector<float> rows(size_t(kPanelOutputs * depth));
        float* out = target.data();
        while (begin < end) {
            const int64_t first = begin % kPanelOutputs;
            const int64_t count = std::min(kPanelOutputs - first, end - begin);
            check(cudaMemcpyAsync(panel.data(), panels + begin / kPanelOutputs * bytes,
                                  size_t(bytes), cudaMemcpyDeviceToHost, m_memory->stream()),
                  "downloadRows");
            m_memory->synchronise();
            unpackPanel(weight.dtype(), panel.data(), first + count, depth, rows.data(), depth);
            out = std::copy_n(rows.begin() + first * depth, count * depth, out);
            begin += count;
        }
    }

    void embedding(const EmbeddingParams& p) override { cuda::embedding(*m_memory, p); }
    void matmul(const MatmulParams& p) override { cuda::matmul(*m_memory, p); }
    void perHeadMatmul(const PerHeadMatmulParams& p) override { cuda::perHeadMatmul(*m_memory, p); }
    void rmsNorm(const RmsNormParams& p) override { cuda::rmsNorm(*m_memory, p); }
    void layerNorm(const LayerNormParams& p) override { cuda::layerNorm(*m_memory, p); }
    void addBias(const AddBiasParams& p) override { cuda::addBias(*m_memory, p); }
    void scale(const ScaleParams& p) override { cuda::scale(*m_memory, p); }
    void keepRows(const KeepRowsParams& p) override { cuda::keepRows(*m_memory, p); }
    void scaleColumns(const ScaleColumnsParams& p) override { cuda::scaleColumns(*m_memory, p); }
    void rope(const RopeParams& p) override { cuda::rope(*m_memory, p); }
    void causalAttention(const CausalAttentionParams& p) override {
        cuda::causalAttention(*m_memory, p);
    }
    void cacheWrite(const CacheWriteParams& p) override { cuda::cacheWrite(*m_memory, p); }
    void cacheGather(const CacheGatherParams& p) override { cuda::cacheGather(*m_memory, p); }
    void mlaDecode(const MlaDecodeParams& p) override { cuda::mlaDecode(*m_memory, p); }
    void expandKeys(const ExpandKeysParams& p) override { cuda::expandKeys(*m_memory, p); }
    void expandedAttention(const ExpandedAttentionParams& p) override {
        cuda::expandedAttention(*m_memory, p);
    }
    void selectKeys(const SelectKeysParams& p) override { cuda::selectKeys(*m_memory, p); }
    void pagedAttention(const PagedAttentionParams& p) override {
        cuda::pagedAttention(*m_memory, p);
    }
    void swiglu(const SwigluParams& p) override { cuda::swiglu(*m_memory, p); }
    void router(const RouterParams& p) override { cuda::router(*m_memory, p); }
    void groupByExpert(const GroupByExpertParams& p) override { cuda::groupByExpert(*m_memory, p); }
    void groupedMatmul(const GroupedMatmulParams& p) override { cuda::groupedMatmul(*m_memory, p); }
    void combineExperts(const CombineExpertsParams& p) override {
        cuda::combineExperts(*m_memory, p);
    }
    void add(const AddParams& p) override { cuda::add(*m_memory, p); }
    void gatherRows(const GatherRowsParams& p) override { cuda::gatherRows(*m_memory, p); }
    void copy(const CopyParams& p) override { cuda::copy(*m_memory, p); }

private:
    /// A view as rows of bytes; one long row when there are no gaps.
    struct ByteRows {
        explicit ByteRows(const Tensor& t)
            : data(static_cast<std::byte*>(dataOf(t))),
              count(t.size() == 0    ? 0
                    : t.contiguous() ? 1
                                     : size_t(t.dim(0))),
              bytes(count == 0 ? 0 : size_t(t.size() * dtypeSize(t.dtype())) / count),
              stride(count == 1 ? bytes : size_t(t.rowStride() * dtypeSize(t.dtype()))) {}
        std::byte* data;
        size_t count;
        size_t bytes;
        size_t stride;
    };

    static int64_t bytesPacked(DType dtype, std::span<const int64_t> shape) {
        const size_t rank = shape.size();
        return packedBytes(dtype, rank == 3 ? shape[0] : 1, shape[rank - 2], shape[rank - 1]);
    }
    std::shared_ptr<Buffer> buffer(int64_t bytes) {
        return std::make_shared<CudaBuffer>(m_memory, size_t(std::max<int64_t>(bytes, 1)));
    }

    std::string m_name;
    std::shared_ptr<DeviceMemory> m_memory;
};

core::Error unsupported(const std::string& message) {
    return {core::ErrorCode::Unsupported, message + "; or use the CPU", "device"};
}

}  // namespace

core::Result<std::unique_ptr<Backend>> createCudaBackend() {
    int count = 0;
    const cudaError_t status = cudaGetDeviceCount(&count);
    if (status == cudaErrorInsufficientDriver)
        return unsupported(
            "NVIDIA's driver is missing or older than CUDA 13 needs (580): update it");
    if (status != cudaSuccess || count == 0)
        return unsupported(std::string("No GPU can be used (") + cudaGetErrorString(status) +
                           "): check that nvidia-smi lists one and that CUDA_VISIBLE_DEVICES does "
                           "not hide it");
    cudaDeviceProp properties;
    if (cudaGetDeviceProperties(&properties, 0) != cudaSuccess)
        return unsupported("The GPU does not answer: check nvidia-smi");
    if (!kernelsFit())
        return unsupported(std::string("This build has no kernels for ") + properties.name +
                           " (compute capability " + std::to_string(properties.major) + "." +
                           std::to_string(properties.minor) +
                           "): build with it in CMAKE_CUDA_ARCHITECTURES, 8.0 or newer");
    return std::unique_ptr<Backend>(std::make_unique<CudaBackend>(properties.name));
}

}  // namespace hearth::engine
