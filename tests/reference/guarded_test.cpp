// The whole model on a backend whose memory nobody above the interface can touch.
#include "engine/cpu/cpu_backend.h"
#include "tests/reference/golden.h"
#include "tests/support/guarded_backend.h"

namespace hearth::reference {
namespace {

/// Prompt, one decoded token, an adapter's answer and MTP drafts: every op the model has.
std::vector<std::vector<float>> everyPath(engine::Backend& backend) {
    std::vector<std::vector<float>> out;
    Runner runner(backend, "deepseek_v3");
    const auto adapter = runner.adapter(modelDir("deepseek_v3") / "lora");
    const auto ids =
        Golden(modelDir("deepseek_v3") / "golden.safetensors").ids("prompt1.input_ids");
    for (const engine::Adapter* each :
         {static_cast<const engine::Adapter*>(nullptr), adapter.get()}) {
        Runner::Sequence sequence(runner, 64);
        out.push_back(sequence.run(ids, true, int64_t(ids.size()), each));
        out.push_back(sequence.run(std::span(ids).first(1), false, 1, each));
    }
    Runner mtp(backend, "deepseek_v3_mtp");
    out.push_back(engine::downloadFloats(backend, mtp.model().mtpLogits(ids, ids)));
    return out;
}

TEST(GuardedBackendTest, NothingAboveTheInterfaceTouchesTensorMemory) {
    const auto plain = engine::createCpuBackend();
    const auto guarded = test::createGuardedBackend();
    EXPECT_EQ(everyPath(*guarded), everyPath(*plain));
}

}  // namespace
}  // namespace hearth::reference
