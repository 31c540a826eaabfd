// Trains a LoRA adapter for a few steps on random tokens and writes it as a job would, so that
// PEFT can be asked to read it.
//   cross_adapter MODEL OUT RANK SEED KINDS TARGET...    KINDS: lora[,dora][,rslora]
#include <cstdlib>
#include <iostream>
#include <random>

#include "engine/cpu/cpu_backend.h"
#include "engine/models/model_source.h"
#include "finetune/methods/model_files.h"
#include "finetune/optim/adamw.h"

namespace hearth {
namespace {

/// 24 tokens that learn their successors.
finetune::PackedBatch randomBatch(int64_t vocab, uint64_t seed) {
    std::mt19937_64 random(seed);
    std::vector<int32_t> ids, labels;
    for (int64_t i = 0; i < 24; ++i)
        ids.push_back(int32_t(random() % uint64_t(vocab)));
    labels.assign(ids.begin() + 1, ids.end());
    labels.push_back(finetune::kIgnoredLabel);
    finetune::PackedBatch batch;
    batch.append(ids, labels);
    return batch;
}

core::Status run(int argc, char** argv) {
    const std::filesystem::path model = argv[1], out = argv[2];
    const uint64_t seed = std::strtoull(argv[4], nullptr, 10);
    const std::string kinds = argv[5];
    const auto backend = engine::createCpuBackend({.threads = 1});
    CORE_ASSIGN(const auto source, engine::openModelSource(model));
    const finetune::TrainableOptions options{
        .part = finetune::TrainedPart::Lora,
        .lora = {.r = std::atoll(argv[3]),
                 .alpha = 8.0,
                 .rslora = kinds.find("rslora") != std::string::npos,
                 .dora = kinds.find("dora") != std::string::npos,
                 .targets = {argv + 6, argv + argc}},
        .seed = seed};
    CORE_ASSIGN(const auto trained,
                finetune::loadTrainableModel(*backend, source.config, *source.weights, options));
    const auto batch = randomBatch(source.config.vocab_size, seed);
    finetune::AdamW optimiser(trained->threadPool(), trained->trained(), {});
    for (int step = 0; step < 10; ++step) {
        trained->zeroGradients();
        trained->accumulate(batch);
        optimiser.step(2e-2);
    }
    return finetune::writeAdapterDirectory(out, trained->adapterConfig(model.string()),
                                           finetune::serializeAdapter(*trained), nullptr);
}

}  // namespace
}  // namespace hearth

int main(int argc, char** argv) {
    if (argc < 7) {
        std::cerr << "usage: cross_adapter MODEL OUT RANK SEED KINDS TARGET...\n";
        return 2;
    }
    const auto status = hearth::run(argc, argv);
    if (!status.ok())
        std::cerr << status.error().text() << '\n';
    return status.ok() ? 0 : 1;
}
