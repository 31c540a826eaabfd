// A test of the kernels of each instruction set, skipped where the processor lacks it.
#pragma once
#include <gtest/gtest.h>

#include "core/result.h"
#include "engine/cpu/kernels.h"

namespace hearth::test {

class IsaTest : public testing::TestWithParam<engine::CpuIsa> {
protected:
    void SetUp() override {
        try {
            m_kernels = &engine::cpu::kernelsFor(GetParam());
        } catch (const core::Exception& e) {
            GTEST_SKIP() << e.what();
        }
    }
    const engine::cpu::Kernels& kernels() const { return *m_kernels; }

private:
    const engine::cpu::Kernels* m_kernels = nullptr;
};

}  // namespace hearth::test
