#include "tests/reference/golden.h"

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <limits>
#include <sstream>

namespace hearth::reference {
namespace {

constexpr int64_t kCachePages = 64;

std::string readText(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream)
        throw std::runtime_error("cannot read " + file.string());
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

}  // namespace

std::filesystem::path referenceDir() {
    const char* given = std::getenv("HEARTH_REFERENCE_DIR");
    return given && *given ? std::filesystem::path(given)
                           : std::filesystem::path(HEARTH_TEST_DATA_DIR) / "reference";
}

std::filesystem::path modelDir(const std::string& name) {
    return referenceDir() / "models" / name;
}

std::vector<std::string> knownModels() {
    std::vector<std::string> names;
    std::error_code missing;
    for (const auto& entry : std::filesystem::directory_iterator(modelDir(""), missing)) {
        if (std::filesystem::exists(entry.path() / "golden.safetensors") &&
            engine::readModelConfig(entry.path()).ok())
            names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

Golden::Golden(const std::filesystem::path& file)
    : m_source(engine::openSafetensors(file).valueOrThrow()) {}

const engine::StoredTensor& Golden::tensor(const std::string& name) const {
    const engine::StoredTensor* found = m_source->find(name);
    if (!found)
        throw std::runtime_error("the golden file has no " + name);
    return *found;
}

std::vector<float> Golden::floats(const std::string& name) const {
    return tensor(name).toFloats();
}

std::vector<int32_t> Golden::ids(const std::string& name) const {
    const auto values = tensor(name).toInts();
    return {values.begin(), values.end()};
}

std::vector<int64_t> Golden::shape(const std::string& name) const {
    return tensor(name).shape;
}

Tolerance suggestedTolerance(const std::string& model) {
    const auto json = nlohmann::json::parse(readText(modelDir(model) / "golden.json"));
    const auto& given = json.at("suggested_tolerance_float32");
    return {given.at("logits_abs"), given.at("hidden_abs"), given.at("router_weights_abs"),
            json.at("logit_std")};
}

double maxDifference(const std::vector<float>& a, const std::vector<float>& b) {
    if (a.size() != b.size() || a.empty())
        return std::numeric_limits<double>::infinity();
    double worst = 0.0;
    for (size_t i = 0; i < a.size(); ++i) {
        const double difference = std::abs(double(a[i]) - double(b[i]));
        if (!std::isfinite(difference))
            return std::numeric_limits<double>::infinity();
        worst = std::max(worst, difference);
    }
    return worst;
}

double medianDifference(const std::vector<float>& a, const std::vector<float>& b) {
    CORE_ASSERT(a.size() == b.size() && !a.empty());
    std::vector<double> differences;
    for (size_t i = 0; i < a.size(); ++i)
        differences.push_back(std::abs(double(a[i]) - double(b[i])));
    const auto middle = differences.begin() + std::ptrdiff_t(differences.size() / 2);
    std::nth_element(differences.begin(), middle, differences.end());
    return *middle;
}

int32_t argmax(std::span<const float> logits) {
    return int32_t(std::max_element(logits.begin(), logits.end()) - logits.begin());
}

std::vector<float> row(const std::vector<float>& values, size_t width, size_t i) {
    const auto begin = values.begin() + std::ptrdiff_t(i * width);
    return {begin, begin + std::ptrdiff_t(width)};
}

void reportDifference(const std::string& what, double value) {
    std::cout << "[ measured ] " << what << ": " << value << "\n";
    testing::Test::RecordProperty(what, std::to_string(value));
}

Runner::Runner(engine::Backend& backend, const std::string& model, engine::DType cacheDtype)
    : Runner(backend, engine::loadModel(backend, modelDir(model)).valueOrThrow(), cacheDtype) {}

Runner::Runner(engine::Backend& backend, std::unique_ptr<engine::Model> model,
               engine::DType cacheDtype)
    : m_backend(backend),
      m_model(std::move(model)),
      m_cache(backend, m_model->config(), kCachePages, cacheDtype) {}

std::shared_ptr<const engine::Adapter> Runner::adapter(const std::filesystem::path& directory) {
    const auto weights =
        engine::openSafetensors(directory / "adapter_model.safetensors").valueOrThrow();
    return engine::loadAdapter(m_backend, *m_model, readText(directory / "adapter_config.json"),
                               *weights)
        .valueOrThrow();
}

Runner::Sequence::Sequence(Runner& runner, int64_t maxTokens)
    : m_runner(runner),
      m_pages(runner.m_cache.take(engine::KvCache::pagesFor(maxTokens)).valueOrThrow()),
      m_longContext(runner.model().config().needsLongRope(maxTokens)) {}

Runner::Sequence::~Sequence() {
    m_runner.m_cache.giveBack(m_pages);
}

engine::StepSequence Runner::Sequence::plan(std::span<const int32_t> tokens, bool prefill,
                                            int64_t rows) {
    const int64_t start = m_length;
    m_length += int64_t(tokens.size());
    return {.tokens = tokens,
            .start = start,
            .pages = m_pages,
            .prefill = prefill,
            .logits_rows = rows,
            .long_context = m_longContext};
}

std::vector<float> Runner::Sequence::run(std::span<const int32_t> tokens, bool prefill,
                                         int64_t rows, const engine::Adapter* adapter) {
    const engine::StepSequence part = plan(tokens, prefill, rows);
    const engine::Tensor logits =
        m_runner.m_model->step(std::span(&part, 1), m_runner.m_cache, adapter);
    return engine::downloadFloats(m_runner.m_backend, logits);
}

}  // namespace hearth::reference
