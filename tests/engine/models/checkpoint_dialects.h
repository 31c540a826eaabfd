// One random MoE layer, written the way each family's checkpoints keep it. Shares no code with
// what reads them.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/formats/weight_source.h"
#include "engine/models/model_config.h"

namespace hearth::engine::testing_models {

/// A checkpoint in memory.
class ByteWeights : public WeightSource {
public:
    ByteWeights() = default;
    ByteWeights(ByteWeights&&) = default;  // views stay valid; in a copy they would not
    ByteWeights& operator=(ByteWeights&&) = default;

    void set(const std::string& name, DType dtype, std::vector<int64_t> shape,
             std::vector<std::byte> bytes);
    void erase(const std::string& name);
    /// For a test to damage.
    StoredTensor& tensor(const std::string& name) { return m_tensors.at(name).view; }
    std::byte& byte(const std::string& name, size_t i) { return m_tensors.at(name).bytes.at(i); }

    std::vector<std::string> names() const override;
    const StoredTensor* find(const std::string& name) const override;

private:
    struct Entry {
        std::vector<std::byte> bytes;
        StoredTensor view;
    };
    std::map<std::string, Entry> m_tensors;
};

struct DialectCheckpoint {
    ModelConfig config;
    std::vector<TensorSpec> specs;
    ByteWeights weights;
    std::map<std::string, std::vector<float>> truth;  // by canonical name
};

struct Dialect {
    const char* name;
    DialectCheckpoint (*write)(uint32_t seed);
};

const std::vector<Dialect>& dialects();
DialectCheckpoint writeDialect(const std::string& name, uint32_t seed = 1);

}  // namespace hearth::engine::testing_models
