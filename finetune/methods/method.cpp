#include "finetune/methods/method.h"

namespace hearth::finetune {

namespace {

constexpr Method kMethods[] = {
    {"dpo", runDpo},           {"grpo", runGrpo}, {"mtp", runMtp},
    {"pretrain", runPretrain}, {"sft", runSft},   {"tokenizer", runTokenizer},
};

}  // namespace

std::span<const Method> methods() {
    return kMethods;
}

core::Result<Method> findMethod(const std::string& name) {
    std::string known;
    for (const Method& method : kMethods) {
        if (name == method.name)
            return method;
        known += (known.empty() ? "" : ", ") + std::string(method.name);
    }
    return core::Error{core::ErrorCode::InvalidArgument,
                       "method '" + name + "' is not known; there are: " + known,
                       {}};
}

}  // namespace hearth::finetune
