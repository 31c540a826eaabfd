// model.safetensors.index.json over two shards that are there: "a" holds x and y, "b" holds z.
#include <array>

#include "core/assert.h"
#include "engine/formats/weight_source.h"
#include "tests/fuzz/fuzz_support.h"

using namespace hearth;

namespace {

void writeShard(const char* file, const std::vector<const char*>& names) {
    static const std::array<float, 2> kValues = {1.0f, 2.0f};
    std::vector<engine::TensorToWrite> tensors;
    for (const char* name : names)
        tensors.push_back({name, engine::DType::F32, {2}, std::as_bytes(std::span(kValues))});
    CORE_ASSERT(engine::writeSafetensors(fuzz::scratchDirectory() / file, tensors).ok());
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
    writeShard("a.safetensors", {"x", "y"});
    writeShard("b.safetensors", {"z"});
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    fuzz::writeFile(fuzz::scratchDirectory() / "model.safetensors.index.json", text);
    const auto source = engine::openWeightDirectory(fuzz::scratchDirectory());
    if (!source)
        return 0;
    for (const std::string& name : (*source)->names()) {
        const engine::StoredTensor* tensor = (*source)->find(name);
        CORE_ASSERT(tensor != nullptr && tensor->toFloats().size() == 2);
    }
    return 0;
}
