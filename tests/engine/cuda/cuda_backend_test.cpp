#include "engine/cuda/cuda_backend.h"

#include <gtest/gtest.h>

#include "engine/cuda/cuda_devices.h"

namespace hearth::test {
namespace {

TEST(CudaBackendTest, SaysThatItIsUnsupportedInsteadOfFailing) {
    const auto backend = engine::createCudaBackend();
    ASSERT_FALSE(backend.ok());
    EXPECT_EQ(backend.error().code, core::ErrorCode::Unsupported);
    EXPECT_NE(backend.error().message.find("CPU"), std::string::npos);
}

TEST(CudaDevicesTest, DescribesEveryDevice) {
    const auto devices = engine::cudaDevices();
    if (devices.empty())
        GTEST_SKIP() << "no CUDA device, or a build without CUDA";
    for (const engine::CudaDevice& device : devices) {
        EXPECT_FALSE(device.name.empty());
        EXPECT_GT(device.memory_bytes, 0);
        EXPECT_GE(device.compute_major, 5);
    }
}

}  // namespace
}  // namespace hearth::test
