// Reading of the reference folder, and a model to run against it.
#pragma once
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/formats/weight_source.h"
#include "engine/models/model.h"
#include "engine/ops/backend.h"
#include "engine/runtime/kv_cache.h"

namespace hearth::reference {

/// HEARTH_REFERENCE_DIR, or the copy in tests/data.
std::filesystem::path referenceDir();
std::filesystem::path modelDir(const std::string& name);

/// Folders with goldens whose architecture is in the registry.
std::vector<std::string> knownModels();

/// A golden file's tensors; a missing one fails the test by exception.
class Golden {
public:
    explicit Golden(const std::filesystem::path& file);
    bool has(const std::string& name) const { return m_source->find(name) != nullptr; }
    std::vector<float> floats(const std::string& name) const;
    std::vector<int32_t> ids(const std::string& name) const;
    std::vector<int64_t> shape(const std::string& name) const;

private:
    const engine::StoredTensor& tensor(const std::string& name) const;
    std::unique_ptr<engine::WeightSource> m_source;
};

/// golden.json's suggested_tolerance_float32, and the spread of the logits.
struct Tolerance {
    double logits = 0;
    double hidden = 0;
    double router_weights = 0;
    double logit_std = 0;
};
Tolerance suggestedTolerance(const std::string& model);

/// Largest absolute difference; infinity when sizes differ or a value is not finite.
double maxDifference(const std::vector<float>& a, const std::vector<float>& b);
/// Median absolute difference. REQUIRES: equal sizes.
double medianDifference(const std::vector<float>& a, const std::vector<float>& b);
int32_t argmax(std::span<const float> logits);
/// Row i of a [rows, width] array.
std::vector<float> row(const std::vector<float>& values, size_t width, size_t i);
/// Prints "[ measured ] what: value" and keeps it in the test's report.
void reportDifference(const std::string& what, double value);

/// One loaded model with a cache.
class Runner {
public:
    Runner(engine::Backend& backend, const std::string& model,
           engine::DType cacheDtype = engine::DType::F32);
    Runner(engine::Backend& backend, std::unique_ptr<engine::Model> model,
           engine::DType cacheDtype = engine::DType::F32);

    engine::Model& model() { return *m_model; }
    engine::KvCache& cache() { return m_cache; }
    engine::Backend& backend() { return m_backend; }
    std::shared_ptr<const engine::Adapter> adapter(const std::filesystem::path& directory);

    /// One sequence that takes its pages from the cache and gives them back at the end.
    class Sequence {
    public:
        Sequence(Runner& runner, int64_t maxTokens);
        ~Sequence();
        Sequence(const Sequence&) = delete;
        Sequence& operator=(const Sequence&) = delete;

        /// Runs `tokens` next and returns the last `rows` rows of logits.
        std::vector<float> run(std::span<const int32_t> tokens, bool prefill, int64_t rows,
                               const engine::Adapter* adapter = nullptr);
        /// The same as part of a step that the caller runs.
        engine::StepSequence plan(std::span<const int32_t> tokens, bool prefill, int64_t rows);

    private:
        Runner& m_runner;
        std::vector<int32_t> m_pages;
        bool m_longContext = false;
        int64_t m_length = 0;
    };

private:
    engine::Backend& m_backend;
    std::unique_ptr<engine::Model> m_model;
    engine::KvCache m_cache;
};

}  // namespace hearth::reference
