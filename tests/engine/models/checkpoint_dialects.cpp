#include "tests/engine/models/checkpoint_dialects.h"

#include <cmath>
#include <cstring>
#include <random>

namespace hearth::engine::testing_models {
namespace {

using Bytes = std::vector<std::byte>;

constexpr int64_t kExperts = 3;
constexpr int64_t kHidden = 192;  // more than one block of 128, the last one partial; blocks of 32
constexpr int64_t kInner = 160;
constexpr int64_t kSharedInner = 72;
const std::string kLayer = "model.layers.4.";

Bytes joined(const std::vector<Bytes>& parts) {
    Bytes out;
    for (const Bytes& part : parts)
        out.insert(out.end(), part.begin(), part.end());
    return out;
}

Bytes slice(const Bytes& bytes, size_t begin, size_t size) {
    return {bytes.begin() + std::ptrdiff_t(begin), bytes.begin() + std::ptrdiff_t(begin + size)};
}

/// Rows of a and b in turn; both have `rows` rows.
Bytes interleaved(const Bytes& a, const Bytes& b, int64_t rows) {
    const size_t size = a.size() / size_t(rows);
    std::vector<Bytes> parts;
    for (size_t row = 0; row < size_t(rows); ++row) {
        parts.push_back(slice(a, row * size, size));
        parts.push_back(slice(b, row * size, size));
    }
    return joined(parts);
}

/// [rows, columns] of two-byte elements to [columns, rows].
Bytes transposed(const Bytes& bytes, int64_t rows) {
    const int64_t columns = int64_t(bytes.size()) / 2 / rows;
    Bytes out;
    out.reserve(bytes.size());
    for (int64_t c = 0; c < columns; ++c) {
        for (int64_t r = 0; r < rows; ++r) {
            const std::byte* element = &bytes[size_t(2 * (r * columns + c))];
            out.insert(out.end(), element, element + 2);
        }
    }
    return out;
}

/// The parts of every expert.
struct Experts {
    std::vector<Bytes> gate, up, down;
};

/// Draws tensors and writes down what they are worth.
class Writer {
public:
    Writer(const std::string& architecture, uint32_t seed) : m_random(seed) {
        out.config.architecture = architecture;
        out.config.n_routed_experts = kExperts;
        out.config.hidden_size = kHidden;
        out.config.num_hidden_layers = 5;
    }

    void expect(const std::string& canonical, const std::vector<int64_t>& shape,
                std::vector<float> values) {
        out.specs.push_back({canonical, shape});
        out.truth[canonical] = std::move(values);
    }

    /// A BF16 tensor. The upper half of a float's bits is its value in BF16.
    Bytes plain(const std::string& canonical, const std::vector<int64_t>& shape) {
        std::vector<float> values(elements(shape));
        Bytes bytes(2 * values.size());
        std::normal_distribution<float> normal;
        for (size_t i = 0; i < values.size(); ++i) {
            const float drawn = normal(m_random);
            uint32_t bits;
            std::memcpy(&bits, &drawn, 4);
            bits &= 0xffff0000u;
            std::memcpy(&values[i], &bits, 4);
            const auto high = uint16_t(bits >> 16);
            std::memcpy(&bytes[2 * i], &high, 2);
        }
        expect(kLayer + canonical, shape, std::move(values));
        return bytes;
    }

    /// Random codes; those of NaN left out.
    Bytes fp8(const std::string& canonical, int64_t rows, int64_t columns, Bytes& scales) {
        const int64_t across = (columns + 127) / 128;
        std::vector<float> factors(size_t((rows + 127) / 128 * across));
        for (float& factor : factors)
            factor = std::uniform_real_distribution<float>(1e-4f, 1e-2f)(m_random);
        Bytes codes(size_t(rows * columns));
        std::vector<float> values(codes.size());
        for (size_t i = 0; i < codes.size(); ++i) {
            unsigned code = m_random() & 0xff;
            code = (code & 0x7f) == 0x7f ? 0 : code;
            codes[i] = std::byte(code);
            const int64_t row = int64_t(i) / columns, column = int64_t(i) % columns;
            const unsigned exponent = code >> 3 & 15, mantissa = code & 7;
            const double magnitude = exponent == 0
                                         ? mantissa / 512.0
                                         : (1 + mantissa / 8.0) * std::pow(2.0, int(exponent) - 7);
            values[i] = float(code & 0x80 ? -magnitude : magnitude) *
                        factors[size_t(row / 128 * across + column / 128)];
        }
        scales.resize(factors.size() * 4);
        std::memcpy(scales.data(), factors.data(), scales.size());
        expect(kLayer + canonical, {rows, columns}, std::move(values));
        return codes;
    }

    Bytes mxfp4(const std::string& canonical, int64_t rows, int64_t columns, Bytes& scales) {
        static constexpr double kValues[] = {0, .5, 1, 1.5, 2, 3, 4, 6};
        Bytes nibbles(size_t(rows * columns / 2));
        scales.assign(size_t(rows * columns / 32), {});
        for (std::byte& scale : scales)
            scale = std::byte(100 + m_random() % 50);
        std::vector<float> values(size_t(rows * columns));
        for (size_t i = 0; i < values.size(); ++i) {
            const unsigned code = m_random() & 15;
            nibbles[i / 2] |= std::byte(i % 2 ? code << 4 : code);
            const double value =
                kValues[code & 7] * std::pow(2.0, int(scales[i / 32]) - 127) * (code & 8 ? -1 : 1);
            values[i] = float(value);
        }
        expect(kLayer + canonical, {rows, columns}, std::move(values));
        return nibbles;
    }

    static std::string expert(int64_t e, const std::string& matrix) {
        return "mlp.experts." + std::to_string(e) + "." + matrix + "_proj.weight";
    }

    Experts plainExperts() {
        Experts experts;
        for (int64_t e = 0; e < kExperts; ++e) {
            experts.gate.push_back(plain(expert(e, "gate"), {kInner, kHidden}));
            experts.up.push_back(plain(expert(e, "up"), {kInner, kHidden}));
            experts.down.push_back(plain(expert(e, "down"), {kHidden, kInner}));
        }
        return experts;
    }

    void set(const std::string& name, const std::vector<int64_t>& shape, const Bytes& bytes,
             DType dtype = DType::BF16) {
        out.weights.set(kLayer + name, dtype, shape, bytes);
    }
    void setRouter(const std::string& name) {
        set(name, {kExperts, kHidden}, plain("mlp.gate.weight", {kExperts, kHidden}));
    }

    /// [E, 2I, H], gate above up, and [E, H, I].
    void setFused(const std::string& gateUp, const std::string& down) {
        const Experts experts = plainExperts();
        std::vector<Bytes> both;
        for (size_t e = 0; e < size_t(kExperts); ++e)
            both.push_back(joined({experts.gate[e], experts.up[e]}));
        set(gateUp, {kExperts, 2 * kInner, kHidden}, joined(both));
        set(down, {kExperts, kHidden, kInner}, joined(experts.down));
    }

    DialectCheckpoint out;

private:
    static size_t elements(const std::vector<int64_t>& shape) {
        int64_t size = 1;
        for (const int64_t dim : shape)
            size *= dim;
        return size_t(size);
    }

    std::mt19937 m_random;
};

DialectCheckpoint perExpert(uint32_t seed) {
    Writer w("Qwen3MoeForCausalLM", seed);
    const Experts experts = w.plainExperts();
    for (int64_t e = 0; e < kExperts; ++e) {
        w.set(Writer::expert(e, "gate"), {kInner, kHidden}, experts.gate[size_t(e)]);
        w.set(Writer::expert(e, "up"), {kInner, kHidden}, experts.up[size_t(e)]);
        w.set(Writer::expert(e, "down"), {kHidden, kInner}, experts.down[size_t(e)]);
    }
    w.setRouter("mlp.gate.weight");
    return std::move(w.out);
}

DialectCheckpoint fused(uint32_t seed) {
    Writer w("DeepseekV3ForCausalLM", seed);
    w.setFused("mlp.experts.gate_up_proj", "mlp.experts.down_proj");
    w.setRouter("mlp.gate.weight");
    return std::move(w.out);
}

DialectCheckpoint mixtral(uint32_t seed) {
    Writer w("MixtralForCausalLM", seed);
    const Experts experts = w.plainExperts();
    for (int64_t e = 0; e < kExperts; ++e) {
        const std::string prefix = "block_sparse_moe.experts." + std::to_string(e) + ".";
        w.set(prefix + "w1.weight", {kInner, kHidden}, experts.gate[size_t(e)]);
        w.set(prefix + "w3.weight", {kInner, kHidden}, experts.up[size_t(e)]);
        w.set(prefix + "w2.weight", {kHidden, kInner}, experts.down[size_t(e)]);
    }
    w.setRouter("block_sparse_moe.gate.weight");
    return std::move(w.out);
}

DialectCheckpoint mixtralFused(uint32_t seed) {
    DialectCheckpoint out = fused(seed);
    out.config.architecture = "MixtralForCausalLM";
    return out;
}

DialectCheckpoint granite(uint32_t seed) {
    Writer w("GraniteMoeSharedForCausalLM", seed);
    w.setFused("block_sparse_moe.input_linear.weight", "block_sparse_moe.output_linear.weight");
    w.setRouter("block_sparse_moe.router.layer.weight");
    const std::string shared = "mlp.shared_experts.";
    const Bytes gate = w.plain(shared + "gate_proj.weight", {kSharedInner, kHidden});
    const Bytes up = w.plain(shared + "up_proj.weight", {kSharedInner, kHidden});
    w.set("shared_mlp.input_linear.weight", {2 * kSharedInner, kHidden}, joined({gate, up}));
    w.set("shared_mlp.output_linear.weight", {kHidden, kSharedInner},
          w.plain(shared + "down_proj.weight", {kHidden, kSharedInner}));
    return std::move(w.out);
}

DialectCheckpoint graniteNative(uint32_t seed) {
    Writer w("GraniteMoeForCausalLM", seed);
    w.setFused("block_sparse_moe.experts.gate_up_proj", "block_sparse_moe.experts.down_proj");
    w.setRouter("block_sparse_moe.router.weight");
    return std::move(w.out);
}

void addGptOssBiases(Writer& w) {
    std::vector<Bytes> gateUp, down;
    for (int64_t e = 0; e < kExperts; ++e) {
        const std::string prefix = "mlp.experts." + std::to_string(e) + ".";
        const Bytes gate = w.plain(prefix + "gate_proj.bias", {kInner});
        const Bytes up = w.plain(prefix + "up_proj.bias", {kInner});
        gateUp.push_back(interleaved(gate, up, kInner));
        down.push_back(w.plain(prefix + "down_proj.bias", {kHidden}));
    }
    w.set("mlp.experts.gate_up_proj_bias", {kExperts, 2 * kInner}, joined(gateUp));
    w.set("mlp.experts.down_proj_bias", {kExperts, kHidden}, joined(down));
    w.setRouter("mlp.router.weight");
    w.set("mlp.router.bias", {kExperts}, w.plain("mlp.gate.bias", {kExperts}));
}

DialectCheckpoint gptOss(uint32_t seed) {
    Writer w("GptOssForCausalLM", seed);
    const Experts experts = w.plainExperts();
    std::vector<Bytes> gateUp, down;
    for (size_t e = 0; e < size_t(kExperts); ++e) {
        gateUp.push_back(
            transposed(interleaved(experts.gate[e], experts.up[e], kInner), 2 * kInner));
        down.push_back(transposed(experts.down[e], kHidden));
    }
    w.set("mlp.experts.gate_up_proj", {kExperts, kHidden, 2 * kInner}, joined(gateUp));
    w.set("mlp.experts.down_proj", {kExperts, kInner, kHidden}, joined(down));
    addGptOssBiases(w);
    return std::move(w.out);
}

DialectCheckpoint gptOssMxfp4(uint32_t seed) {
    Writer w("GptOssForCausalLM", seed);
    std::vector<Bytes> gateUp, gateUpScales, down, downScales;
    for (int64_t e = 0; e < kExperts; ++e) {
        Bytes gateScales, upScales, scales;
        const Bytes gate = w.mxfp4(Writer::expert(e, "gate"), kInner, kHidden, gateScales);
        const Bytes up = w.mxfp4(Writer::expert(e, "up"), kInner, kHidden, upScales);
        gateUp.push_back(interleaved(gate, up, kInner));
        gateUpScales.push_back(interleaved(gateScales, upScales, kInner));
        down.push_back(w.mxfp4(Writer::expert(e, "down"), kHidden, kInner, scales));
        downScales.push_back(scales);
    }
    const std::string prefix = "mlp.experts.";
    w.set(prefix + "gate_up_proj_blocks", {kExperts, 2 * kInner, kHidden / 32, 16}, joined(gateUp),
          DType::U8);
    w.set(prefix + "gate_up_proj_scales", {kExperts, 2 * kInner, kHidden / 32},
          joined(gateUpScales), DType::U8);
    w.set(prefix + "down_proj_blocks", {kExperts, kHidden, kInner / 32, 16}, joined(down),
          DType::U8);
    w.set(prefix + "down_proj_scales", {kExperts, kHidden, kInner / 32}, joined(downScales),
          DType::U8);
    addGptOssBiases(w);
    return std::move(w.out);
}

DialectCheckpoint fp8(uint32_t seed) {
    Writer w("DeepseekV3ForCausalLM", seed);
    const auto add = [&](const std::string& name, int64_t rows, int64_t columns) {
        Bytes scales;
        const Bytes codes = w.fp8(name, rows, columns, scales);
        w.set(name, {rows, columns}, codes, DType::F8E4M3);
        w.set(name + "_scale_inv", {(rows + 127) / 128, (columns + 127) / 128}, scales, DType::F32);
    };
    for (int64_t e = 0; e < kExperts; ++e) {
        add(Writer::expert(e, "gate"), kInner, kHidden);
        add(Writer::expert(e, "up"), kInner, kHidden);
        add(Writer::expert(e, "down"), kHidden, kInner);
    }
    add("self_attn.o_proj.weight", kHidden, 256);
    w.setRouter("mlp.gate.weight");
    return std::move(w.out);
}

/// Blocks of 128 rows start anew with every expert, and run across gate and up.
DialectCheckpoint fp8Fused(uint32_t seed) {
    Writer w("DeepseekV3ForCausalLM", seed);
    std::vector<Bytes> gateUp, gateUpScales, down, downScales;
    for (int64_t e = 0; e < kExperts; ++e) {
        Bytes own;
        gateUp.push_back(w.fp8("both", 2 * kInner, kHidden, own));
        gateUpScales.push_back(own);
        const std::vector<float> both = w.out.truth.at(kLayer + "both");
        const auto middle = both.begin() + kInner * kHidden;
        w.out.specs.pop_back();
        w.out.truth.erase(kLayer + "both");
        w.expect(kLayer + Writer::expert(e, "gate"), {kInner, kHidden}, {both.begin(), middle});
        w.expect(kLayer + Writer::expert(e, "up"), {kInner, kHidden}, {middle, both.end()});
        down.push_back(w.fp8(Writer::expert(e, "down"), kHidden, kInner, own));
        downScales.push_back(own);
    }
    const std::string name = "mlp.experts.gate_up_proj", downName = "mlp.experts.down_proj";
    w.set(name, {kExperts, 2 * kInner, kHidden}, joined(gateUp), DType::F8E4M3);
    w.set(name + "_scale_inv", {kExperts, 3, 2}, joined(gateUpScales), DType::F32);
    w.set(downName, {kExperts, kHidden, kInner}, joined(down), DType::F8E4M3);
    w.set(downName + "_scale_inv", {kExperts, 2, 2}, joined(downScales), DType::F32);
    return std::move(w.out);
}

}  // namespace

void ByteWeights::set(const std::string& name, DType dtype, std::vector<int64_t> shape,
                      std::vector<std::byte> bytes) {
    Entry& entry = m_tensors[name];
    entry.bytes = std::move(bytes);
    entry.view = {name, dtype, std::move(shape), entry.bytes};
}

void ByteWeights::erase(const std::string& name) {
    m_tensors.erase(name);
}

std::vector<std::string> ByteWeights::names() const {
    std::vector<std::string> out;
    for (const auto& [name, entry] : m_tensors)
        out.push_back(name);
    return out;
}

const StoredTensor* ByteWeights::find(const std::string& name) const {
    const auto found = m_tensors.find(name);
    return found == m_tensors.end() ? nullptr : &found->second.view;
}

const std::vector<Dialect>& dialects() {
    static const std::vector<Dialect> all = {
        {"per_expert", perExpert},
        {"fused", fused},
        {"mixtral", mixtral},
        {"mixtral_fused", mixtralFused},
        {"granite", granite},
        {"granite_native", graniteNative},
        {"gpt_oss", gptOss},
        {"gpt_oss_mxfp4", gptOssMxfp4},
        {"fp8", fp8},
        {"fp8_fused", fp8Fused},
    };
    return all;
}

DialectCheckpoint writeDialect(const std::string& name, uint32_t seed) {
    for (const Dialect& dialect : dialects()) {
        if (name == dialect.name)
            return dialect.write(seed);
    }
    CORE_ASSERT(!"no such dialect");
    return {};
}

}  // namespace hearth::engine::testing_models
