#include "engine/cuda/cuda_backend.h"

#include <gtest/gtest.h>

#include <array>

#include "engine/cuda/cuda_devices.h"
#include "engine/ops/ops.h"

namespace hearth::test {
namespace {

using namespace engine;

/// Tests that need a GPU are skipped, with the reason, where none can be used.
class CudaBackendTest : public ::testing::Test {
protected:
    void SetUp() override {
        auto created = createCudaBackend();
        if (!created.ok())
            GTEST_SKIP() << created.error().text();
        m_backend = std::move(*created);
    }
    std::unique_ptr<Backend> m_backend;
};

TEST(CudaBackendWithoutGpuTest, SaysWhatIsMissingInsteadOfFailing) {
    const auto backend = createCudaBackend();
    if (backend.ok())
        GTEST_SKIP() << "this machine has a GPU";
    EXPECT_EQ(backend.error().code, core::ErrorCode::Unsupported);
    EXPECT_NE(backend.error().message.find("CPU"), std::string::npos);
}

TEST_F(CudaBackendTest, DescribesTheDevice) {
    EXPECT_EQ(m_backend->description(), "cuda " + cudaDevices().at(0).name);
}

TEST_F(CudaBackendTest, MovesColumnViewsInAndOut) {
    const Tensor all = uploadFloats(*m_backend, std::vector<float>{1, 2, 3, 4, 5, 6}, {2, 3});
    const Tensor part = all.columns(1, 3);
    EXPECT_EQ(downloadFloats(*m_backend, part), (std::vector<float>{2, 3, 5, 6}));
    m_backend->upload(part, std::as_bytes(std::span<const float>(std::array{7.f, 8.f, 9.f, 10.f})));
    EXPECT_EQ(downloadFloats(*m_backend, all), (std::vector<float>{1, 7, 8, 4, 9, 10}));
    EXPECT_EQ(downloadFloats(*m_backend, all.rows(1, 2)), (std::vector<float>{4, 9, 10}));
}

TEST_F(CudaBackendTest, SaysHowMuchMemoryIsMissing) {
    const std::array<int64_t, 1> shape{int64_t{1} << 44};
    try {
        m_backend->allocate(DType::F32, shape);
        FAIL() << "64 TiB were there";
    } catch (const core::Exception& e) {
        EXPECT_EQ(e.error().code, core::ErrorCode::ResourceExhausted);
        EXPECT_NE(e.error().message.find("MiB"), std::string::npos) << e.error().message;
    }
    // It goes on afterwards.
    const Tensor x = uploadFloats(*m_backend, std::vector<float>{1, 2}, {1, 2});
    ops::scale(*m_backend, {.x = x, .factor = 3.0f});
    EXPECT_EQ(downloadFloats(*m_backend, x), (std::vector<float>{3, 6}));
}

TEST_F(CudaBackendTest, TensorsMayOutliveIt) {
    const Tensor x = uploadFloats(*m_backend, std::vector<float>{1, 2}, {1, 2});
    m_backend.reset();
    EXPECT_EQ(x.size(), 2);
}

TEST(CudaDevicesTest, DescribesEveryDevice) {
    const auto devices = cudaDevices();
    if (devices.empty())
        GTEST_SKIP() << "no CUDA device, or a build without CUDA";
    for (const CudaDevice& device : devices) {
        EXPECT_FALSE(device.name.empty());
        EXPECT_GT(device.memory_bytes, 0);
        EXPECT_GE(device.compute_major, 5);
    }
}

}  // namespace
}  // namespace hearth::test
