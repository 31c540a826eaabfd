#include "tests/reference/trained_checkpoints.h"

#include <map>

#include "finetune/model/trainable_model.h"
#include "tests/reference/dense_families.h"
#include "tests/reference/golden.h"

namespace hearth::reference {

std::vector<std::string> checkpointNames() {
    std::vector<std::string> names;
    for (const std::string& name : knownModels())
        if (finetune::checkTunable(engine::readModelConfig(modelDir(name)).valueOrThrow()).ok())
            names.push_back(name);
    for (const DenseFamily& family : denseFamilies())
        names.push_back(family.name);
    return names;
}

Checkpoint open(const std::string& name) {
    for (const DenseFamily& family : denseFamilies())
        if (family.name == name) {
            static std::map<std::string, DenseModel> drawn;  // the checkpoint refers to it
            const DenseModel& model = drawn.try_emplace(name, drawModel(family, 7)).first->second;
            return {engine::parseModelConfig(model.config).valueOrThrow(),
                    checkpoint(model.tensors)};
        }
    return {engine::readModelConfig(modelDir(name)).valueOrThrow(),
            engine::openWeightDirectory(modelDir(name)).valueOrThrow()};
}

}  // namespace hearth::reference
