#include "finetune/model/parameter_set.h"

#include <algorithm>

#include "core/assert.h"
#include "engine/cpu/cpu_backend.h"

namespace hearth::finetune {

using engine::DType;
using engine::Tensor;

namespace {

std::span<float> floatsOf(const Tensor& flat) {
    return flat.defined() ? std::span(engine::cpuData<float>(flat), size_t(flat.size()))
                          : std::span<float>();
}

std::span<float> partOf(const Tensor& flat, const Parameter& parameter) {
    return floatsOf(flat).subspan(size_t(parameter.offset), size_t(parameter.size));
}

Tensor viewOf(const Tensor& flat, int64_t offset, std::initializer_list<int64_t> shape) {
    int64_t size = 1;
    for (int64_t dim : shape)
        size *= dim;
    return flat.rows(offset, offset + size).reshaped(shape);
}

}  // namespace

int64_t ParameterSet::add(const std::string& name, std::vector<int64_t> shape) {
    CORE_ASSERT(!m_values.defined() && !m_byName.contains(name));
    Parameter parameter{name, std::move(shape), m_size, 1};
    for (int64_t dim : parameter.shape)
        parameter.size *= dim;
    m_size += parameter.size;
    m_byName.emplace(name, m_entries.size());
    m_entries.push_back(std::move(parameter));
    return m_entries.back().offset;
}

void ParameterSet::allocate(engine::Backend& backend, bool withGradients) {
    CORE_ASSERT(!m_values.defined());
    if (m_size == 0)
        return;
    m_values = engine::allocate(backend, DType::F32, {m_size});
    backend.fillZero(m_values);
    if (withGradients) {
        m_gradients = engine::allocate(backend, DType::F32, {m_size});
        backend.fillZero(m_gradients);
    }
}

const Parameter* ParameterSet::find(const std::string& name) const {
    const auto found = m_byName.find(name);
    return found == m_byName.end() ? nullptr : &m_entries[found->second];
}

std::span<float> ParameterSet::values() const {
    return floatsOf(m_values);
}

std::span<float> ParameterSet::gradients() const {
    return floatsOf(m_gradients);
}

std::span<float> ParameterSet::values(const Parameter& parameter) const {
    return partOf(m_values, parameter);
}

std::span<float> ParameterSet::gradients(const Parameter& parameter) const {
    return partOf(m_gradients, parameter);
}

Tensor ParameterSet::value(int64_t offset, std::initializer_list<int64_t> shape) const {
    return viewOf(m_values, offset, shape);
}

Tensor ParameterSet::gradient(int64_t offset, std::initializer_list<int64_t> shape) const {
    return m_gradients.defined() ? viewOf(m_gradients, offset, shape) : Tensor();
}

}  // namespace hearth::finetune
