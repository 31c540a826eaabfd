// DoRA's layer against its definition: W' = magnitude * (W + s B A) / |W + s B A| in double
// precision, with the norm held constant in the gradient.
#include "finetune/model/dora.h"

#include "finetune/model/linear.h"
#include "tests/finetune/model/tiny_model.h"
#include "tests/finetune/ops/gradient_check.h"

namespace hearth::test {
namespace {

using finetune::AdapterTensor;
using finetune::Linear;
using finetune::ModelParameters;

constexpr int64_t kRank = 3;
constexpr double kAlpha = 6.0;
constexpr double kScale = kAlpha / kRank;
// Float32 sums of at most 40 products, relative to the largest value of the matrix.
constexpr double kTolerance = 2e-5;

Matrix transposed(const Matrix& m) {
    Matrix out(m.columns, m.rows);
    for (int64_t r = 0; r < m.rows; ++r)
        for (int64_t c = 0; c < m.columns; ++c)
            out.at(c, r) = m.at(r, c);
    return out;
}

/// a * b.
Matrix product(const Matrix& a, const Matrix& b) {
    return reference::matmul(a, transposed(b));
}

void expectClose(const Matrix& actual, const Matrix& expected, const std::string& what) {
    ASSERT_EQ(actual.values.size(), expected.values.size()) << what;
    double largest = 1e-3;
    for (const double value : expected.values)
        largest = std::max(largest, std::abs(value));
    for (size_t i = 0; i < expected.values.size(); ++i)
        ASSERT_NEAR(actual.values[i], expected.values[i], kTolerance * largest) << what << " " << i;
}

class DoraTest : public GradientTest {
protected:
    DoraTest() {
        const finetune::TrainableOptions options{
            .part = finetune::TrainedPart::Lora,
            .lora = {.r = kRank, .alpha = kAlpha, .dora = true},
            .initializer_range = 0.3};
        m_parameters = ModelParameters::create(backend(), tinyConfig(), options, {}).valueOrThrow();
        m_parameters->initialise();
        m_parameters->initialiseAdapter();
        uint64_t seed = 1;
        for (const finetune::Parameter& parameter : m_parameters->trained().entries()) {
            const Matrix values = randomMatrix(1, parameter.size, ++seed);
            const auto target = m_parameters->trained().values(parameter);
            const bool magnitude = parameter.shape.size() == 1;
            for (size_t i = 0; i < target.size(); ++i)
                target[i] = float(magnitude ? 1.5 + values.values[i] : 0.5 * values.values[i]);
        }
    }

    Matrix matrixOf(const std::string& name, int64_t rows, int64_t columns) const {
        Matrix out(rows, columns);
        const auto values = m_parameters->values(name);
        out.values.assign(values.begin(), values.end());
        return out;
    }
    Matrix gradientOf(const std::string& name, int64_t rows, int64_t columns) const {
        Matrix out(rows, columns);
        const auto& trained = m_parameters->trained();
        const auto values = trained.gradients(*trained.find(name));
        out.values.assign(values.begin(), values.end());
        return out;
    }
    finetune::StepContext step() { return {backend(), pool(), m_config, {}, {}, {}, {}}; }

    /// One module, by its definition.
    struct Module {
        Matrix a, b, adapted, norms, magnitudes, weight;

        Matrix factors() const {
            Matrix out = magnitudes;
            for (size_t i = 0; i < out.values.size(); ++i)
                out.values[i] /= norms.values[i];
            return out;
        }
    };
    Module moduleOf(const std::string& path, int64_t out, int64_t in) const {
        Module m;
        m.a = matrixOf(adapterName(path, AdapterTensor::A), kRank, in);
        m.b = matrixOf(adapterName(path, AdapterTensor::B), out, kRank);
        m.magnitudes = matrixOf(adapterName(path, AdapterTensor::Magnitude), 1, out);
        m.adapted = matrixOf(path + ".weight", out, in);
        const Matrix delta = product(m.b, m.a);
        m.norms = Matrix(1, out);
        for (int64_t r = 0; r < out; ++r) {
            for (int64_t c = 0; c < in; ++c)
                m.adapted.at(r, c) += kScale * delta.at(r, c);
            m.norms.at(0, r) = m.adapted.rowNorm(r);
        }
        m.weight = m.adapted;
        for (int64_t r = 0; r < out; ++r)
            for (int64_t c = 0; c < in; ++c)
                m.weight.at(r, c) *= m.factors().at(0, r);
        return m;
    }
    /// The gradients of a module for rows x and the gradient of its outputs.
    void expectGradients(const std::string& path, const Module& m, const Matrix& x,
                         const Matrix& dout) {
        Matrix scaled = dout;  // gradient of the outputs before their factors
        const Matrix unscaled = reference::matmul(x, m.adapted);
        Matrix dmagnitude(1, dout.columns);
        for (int64_t t = 0; t < dout.rows; ++t)
            for (int64_t i = 0; i < dout.columns; ++i) {
                scaled.at(t, i) *= m.factors().at(0, i);
                dmagnitude.at(0, i) += dout.at(t, i) * unscaled.at(t, i) / m.norms.at(0, i);
            }
        const Matrix dweight = product(transposed(scaled), x);
        Matrix da = product(transposed(m.b), dweight), db = product(dweight, transposed(m.a));
        for (double& value : da.values)
            value *= kScale;
        for (double& value : db.values)
            value *= kScale;
        expectClose(gradientOf(adapterName(path, AdapterTensor::A), da.rows, da.columns), da, path);
        expectClose(gradientOf(adapterName(path, AdapterTensor::B), db.rows, db.columns), db, path);
        expectClose(gradientOf(adapterName(path, AdapterTensor::Magnitude), 1, dout.columns),
                    dmagnitude, path);
    }

    engine::ModelConfig m_config = tinyConfig();
    std::unique_ptr<ModelParameters> m_parameters;
};

TEST_F(DoraTest, OfSeveralModulesInOneLayerFollowsItsDefinition) {
    const std::string path = "model.layers.0.mlp.";
    const int64_t in = m_config.hidden_size, inner = m_config.intermediate_size;
    const Linear layer(*m_parameters, path, {{"gate_proj", inner}, {"up_proj", inner}}, in);
    const Module gate = moduleOf(path + "gate_proj", inner, in);
    const Module up = moduleOf(path + "up_proj", inner, in);
    const Matrix x = randomMatrix(7, in, 91), dout = randomMatrix(7, 2 * inner, 92);
    const Matrix before = randomMatrix(7, 2 * inner, 93);

    const auto context = step();
    const engine::Tensor out = upload(before), dx = zeros(7, in);
    layer.forward(context, upload(x), out, true);
    Matrix expected = before;
    const Matrix left = reference::matmul(x, gate.weight), right = reference::matmul(x, up.weight);
    for (int64_t t = 0; t < 7; ++t)
        for (int64_t i = 0; i < inner; ++i) {
            expected.at(t, i) += left.at(t, i);
            expected.at(t, inner + i) += right.at(t, i);
        }
    expectClose(download(out), expected, "out");

    layer.backward(context, upload(x), upload(dout), dx);
    Matrix expectedDx = product(dout.slice(0, inner), gate.weight);
    const Matrix other = product(dout.slice(inner, 2 * inner), up.weight);
    for (size_t i = 0; i < expectedDx.values.size(); ++i)
        expectedDx.values[i] += other.values[i];
    expectClose(download(dx), expectedDx, "dx");
    expectGradients(path + "gate_proj", gate, x, dout.slice(0, inner));
    expectGradients(path + "up_proj", up, x, dout.slice(inner, 2 * inner));
}

TEST_F(DoraTest, OfExpertsFollowsItsDefinition) {
    const std::string path = "model.layers.1.mlp.experts.";
    const int64_t in = m_config.moe_intermediate_size, out = m_config.hidden_size;
    const int64_t experts = m_config.n_routed_experts;
    const Linear layer = Linear::perExpert(*m_parameters, path, {{"down_proj", out}}, in, experts);
    // Six experts: 3 rows for the first, 4 for the third, none for the others.
    const Matrix x = randomMatrix(7, in, 91), dout = randomMatrix(7, out, 92);
    const finetune::RowGroups groups{ints({0, 3, 3, 7, 7, 7, 7}), {}};
    const auto context = step();
    const engine::Tensor actual = zeros(7, out), dx = zeros(7, in);
    layer.forward(context, upload(x), actual, false, groups);
    layer.backward(context, upload(x), upload(dout), dx, false, groups);
    for (const auto& [expert, begin, end] : {std::tuple{0, 0, 3}, {2, 3, 7}}) {
        const std::string module = path + std::to_string(expert) + ".down_proj";
        const Module m = moduleOf(module, out, in);
        const Matrix rows = x.rowSlice(begin, end), drows = dout.rowSlice(begin, end);
        expectClose(download(actual).rowSlice(begin, end), reference::matmul(rows, m.weight),
                    module);
        expectClose(download(dx).rowSlice(begin, end), product(drows, m.weight), module);
        expectGradients(module, m, rows, drows);
    }
    for (const double value :
         gradientOf(adapterName(path + "1.down_proj", AdapterTensor::Magnitude), 1, out).values)
        EXPECT_EQ(value, 0.0);
}

}  // namespace
}  // namespace hearth::test
