// What the router of a layer did with the tokens of an optimiser step.
#pragma once
#include <cstdint>
#include <vector>

namespace hearth::finetune {

struct ExpertUse {
    int64_t layer = 0;           // the MTP layer comes after the last one
    std::vector<int64_t> loads;  // tokens that each expert got, [experts]
    double entropy =
        0.0;  // sum over the tokens, nats of the router's distribution over all experts
    int64_t tokens = 0;

    bool operator==(const ExpertUse&) const = default;
};

}  // namespace hearth::finetune
