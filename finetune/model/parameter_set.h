// Parameters of one kind (trained or frozen) in one flat buffer, and their gradients in another
// of the same layout: an optimiser step, a norm or a checkpoint is then a pass over one array.
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/ops/backend.h"

namespace hearth::finetune {

/// One named parameter of a checkpoint or an adapter.
struct Parameter {
    std::string name;
    std::vector<int64_t> shape;
    int64_t offset = 0;  // of its first element in the flat buffers
    int64_t size = 0;
};

class ParameterSet {
public:
    /// Reserves the next place. Parameters added one after the other are neighbours, so that
    /// several of them can be seen as one tensor. REQUIRES: before allocate; the name is new.
    int64_t add(const std::string& name, std::vector<int64_t> shape);
    /// Zero-filled values, and gradients when they are wanted.
    void allocate(engine::Backend& backend, bool withGradients);

    int64_t size() const { return m_size; }
    const std::vector<Parameter>& entries() const { return m_entries; }
    const Parameter* find(const std::string& name) const;
    bool hasGradients() const { return m_gradients.defined(); }

    std::span<float> values() const;
    std::span<float> gradients() const;
    std::span<float> values(const Parameter& parameter) const;
    std::span<float> gradients(const Parameter& parameter) const;

    /// Part of the flat buffer as a tensor.
    engine::Tensor value(int64_t offset, std::initializer_list<int64_t> shape) const;
    /// Undefined when the set has no gradients.
    engine::Tensor gradient(int64_t offset, std::initializer_list<int64_t> shape) const;

private:
    std::vector<Parameter> m_entries;
    std::unordered_map<std::string, size_t> m_byName;
    int64_t m_size = 0;
    engine::Tensor m_values;
    engine::Tensor m_gradients;
};

}  // namespace hearth::finetune
