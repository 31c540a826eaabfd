// A GGUF file: what opens can be read whole; the configuration and the tokenizer that it becomes
// parse or are refused; and so is the model under its canonical names.
#include "core/assert.h"
#include "engine/formats/gguf.h"
#include "engine/formats/tokenizer.h"
#include "engine/models/gguf_model.h"

using namespace hearth::engine;

namespace {

// A config may name 262,144 experts, whose tensors take a second to list under the sanitisers.
constexpr int64_t kMaxExperts = 4096;

/// Every element, so that a range outside the file is touched.
void readElements(const WeightSource& source) {
    for (const std::string& name : source.names()) {
        const StoredTensor* tensor = source.find(name);
        CORE_ASSERT(tensor != nullptr);
        const auto elements = static_cast<size_t>(tensor->rows() * tensor->columns());
        if (tensor->dtype == DType::I32 || tensor->dtype == DType::I64)
            CORE_ASSERT(tensor->toInts().size() == elements);
        else
            CORE_ASSERT(tensor->toFloats().size() == elements);
    }
}

/// False for a model that is too large to go on with.
bool checkTexts(const GgufFile& file) {
    auto texts = ggufTextFiles(file);
    if (!texts)
        return true;
    const auto tokenizer =
        Tokenizer::parse((*texts)["tokenizer.json"], (*texts)["tokenizer_config.json"]);
    if (tokenizer)
        (void)(*tokenizer)->encode("It's 12  a b\n", true);
    const auto config = parseModelConfig((*texts)["config.json"]);
    return !config || config->n_routed_experts * config->num_hidden_layers <= kMaxExperts;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const auto* bytes = reinterpret_cast<const std::byte*>(data);
    auto file = parseGguf({bytes, bytes + size}, "input");
    if (!file)
        return 0;
    readElements(**file);
    if (!checkTexts(**file))
        return 0;
    const auto model = readGgufModel(*std::move(file));
    if (model)
        readElements(*model->weights);
    return 0;
}
