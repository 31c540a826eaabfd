// Tiny random models of the families that have no goldens, each with the config.json its family
// writes and what tests/support's reference makes of it.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/formats/weight_source.h"
#include "tests/support/reference_decoder.h"

namespace hearth::reference {

/// A published variant of an architecture.
struct DenseFamily {
    std::string name;
    std::string architecture;
    std::string config;  // as published; sizes, lengths and token ids are drawn anew
    test::reference::DecoderSettings settings;  // what config says beyond sizes
    bool qkv_bias = false;
    bool o_bias = false;
    bool mlp_bias = false;
    bool head_norms = false;
    bool tied = false;
};
const std::vector<DenseFamily>& denseFamilies();

struct DenseModel {
    std::string config;
    test::reference::DecoderSettings settings;
    test::reference::DecoderTensors tensors;  // values are floats
    std::vector<int32_t> tokens;
};
DenseModel drawModel(const DenseFamily& family, uint32_t seed);

/// The tensors as a checkpoint in F32.
std::unique_ptr<engine::WeightSource> checkpoint(const test::reference::DecoderTensors& tensors);

/// Something a wrong engine would leave out or mix up.
struct Mistake {
    std::string what;
    std::function<void(DenseModel&)> make;
};
std::vector<Mistake> mistakes(const DenseFamily& family);

}  // namespace hearth::reference
