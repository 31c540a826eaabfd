#include "engine/models/gguf_export.h"

#include <algorithm>

#include "engine/models/gguf_config.h"
#include "engine/models/gguf_export_rows.h"
#include "engine/models/gguf_names.h"
#include "engine/models/gguf_tokenizer.h"

namespace hearth::engine {
namespace {

constexpr int64_t kBlock = 32;  // of Q8_0 and Q4_0
constexpr int64_t kQuantizationVersion = 2;

struct Precision {
    const char* name;
    GgufPrecision precision;
    DType dtype;
    Codec codec;
    int64_t file_type;  // general.file_type
};
constexpr Precision kPrecisions[] = {
    {"f32", GgufPrecision::F32, DType::F32, Codec::Plain, 0},
    {"f16", GgufPrecision::F16, DType::F16, Codec::Plain, 1},
    {"bf16", GgufPrecision::Bf16, DType::BF16, Codec::Plain, 32},
    {"q8_0", GgufPrecision::Q8_0, DType::F32, Codec::GgufQ8_0, 7},
    {"q4_0", GgufPrecision::Q4_0, DType::F32, Codec::GgufQ4_0, 2},
};

const Precision& precisionOf(GgufPrecision which) {
    return *std::ranges::find(kPrecisions, which, &Precision::precision);
}

/// llama.cpp wants F32 where little is won by less.
bool isSensitive(const std::string& gguf, const std::vector<int64_t>& shape) {
    return shape.size() < 2 || !gguf.ends_with(".weight") || gguf.ends_with("_norm.weight") ||
           gguf.ends_with("ffn_gate_inp.weight");
}

/// Matrices that every token's answer goes through: 4 bits cost too much there.
bool isFiner(const std::string& gguf) {
    return gguf == "token_embd.weight" || gguf == "output.weight" ||
           gguf.ends_with("attn_k_b.weight") || gguf.ends_with("attn_v_b.weight");
}

class Exporter {
public:
    explicit Exporter(const GgufExport& model) : m_model(model) {}

    core::Result<GgufExportReport> run(const std::filesystem::path& file,
                                       const std::function<bool(int64_t, int64_t)>& progress) {
        CORE_ASSIGN(GgufDescription description, describeForGguf(m_model.config));
        CORE_ASSIGN(const GgufMetadata vocabulary, vocabularyKeys());
        GgufMetadata metadata = generalKeys();
        metadata.insert(description.keys.begin(), description.keys.end());
        metadata.insert(vocabulary.begin(), vocabulary.end());
        addRopeFactors(description.rope_factors);
        for (const TensorSpec& spec : tensorSpecs(m_model.config))
            CORE_TRY(add(spec));
        return write(file, metadata, std::move(description.notes), progress);
    }

private:
    core::Result<GgufExportReport> write(const std::filesystem::path& file,
                                         const GgufMetadata& metadata,
                                         std::vector<std::string> notes,
                                         const std::function<bool(int64_t, int64_t)>& progress) {
        int64_t total = 0;
        for (const GgufTensorToWrite& tensor : m_tensors)
            total += tensor.byteCount();
        int64_t done = 0;
        CORE_TRY(writeGguf(file, metadata, m_tensors, [&](int64_t bytes) {
            done += bytes;
            return !progress || progress(done, total);
        }));
        std::error_code ignored;
        return GgufExportReport{.tensors = int64_t(m_tensors.size()),
                                .bytes = int64_t(std::filesystem::file_size(file, ignored)),
                                .notes = std::move(notes)};
    }

    GgufMetadata generalKeys() const {
        const GgufFamily* family = findGgufFamily(m_model.config.architecture);
        return {{"general.architecture", GgufValue::text(family->gguf)},
                {"general.type", GgufValue::text("model")},
                {"general.name", GgufValue::text(m_model.name)},
                {"general.file_type", GgufValue::u32(precisionOf(m_model.precision).file_type)},
                {"general.quantization_version", GgufValue::u32(kQuantizationVersion)}};
    }

    core::Result<GgufMetadata> vocabularyKeys() const {
        const auto text = [&](const char* name) {
            const auto found = m_model.texts.find(name);
            return found == m_model.texts.end() ? std::string() : found->second;
        };
        CORE_ASSIGN(GgufVocabulary vocabulary,
                    ggufVocabulary(text("tokenizer.json"), text("tokenizer_config.json"),
                                   m_model.config.vocab_size));
        if (const std::string chat = text("chat_template.jinja"); !chat.empty())
            vocabulary.chat_template = chat;
        return ggufVocabularyKeys(vocabulary, m_model.config.eos_token_ids);
    }

    void addRopeFactors(std::vector<float> factors) {
        if (factors.empty())
            return;
        const int64_t count = int64_t(factors.size());
        m_tensors.push_back(
            {.name = "rope_freqs.weight",
             .shape = {count},
             .produce = [factors = std::move(factors)](const ByteSink& sink) -> core::Status {
                 return sink(std::as_bytes(std::span(factors)));
             }});
    }

    core::Status add(const TensorSpec& spec) {
        const std::string drafts =
            "model.layers." + std::to_string(m_model.config.num_hidden_layers) + ".";
        m_drafting = m_drafting || spec.name.starts_with(drafts);
        if (m_drafting && spec.name.starts_with("model.layers."))
            return {};
        const StoredTensor* tensor = m_model.weights.find(spec.name);
        if (!tensor)
            return spec.optional ? core::Status()
                                 : core::Error{core::ErrorCode::InvalidArgument,
                                               "The model lacks a tensor", spec.name};
        if (const auto split = ggufSplitKv(spec.name))
            return addSplitKv(*tensor, *split);
        const GgufPlace place = ggufPlaces(m_model.config, spec).front();
        if (place.expert > 0) {
            m_experts.at(place.name)->push_back(tensor);
            return {};
        }
        addRows(spec, place, tensor);
        return {};
    }

    /// The experts after the first join its tensor as they come.
    void addRows(const TensorSpec& spec, const GgufPlace& place, const StoredTensor* tensor) {
        std::vector<int64_t> shape = spec.shape;
        auto parts = std::make_shared<std::vector<const StoredTensor*>>(1, tensor);
        if (place.expert == 0) {
            shape.insert(shape.begin(), m_model.config.n_routed_experts);
            m_experts[place.name] = parts;
        }
        GgufRows rows{.parts = {}, .order = fileOrder(spec)};
        rows.scaled_rows = ggufScaledRows(m_model.config, spec);
        rows.scale = float(ggufLatentScale(m_model.config));
        const Precision& precision = choose(place.name, shape);
        m_tensors.push_back({.name = place.name,
                             .shape = shape,
                             .dtype = precision.dtype,
                             .codec = precision.codec,
                             .produce = [parts, rows, &precision](const ByteSink& sink) mutable {
                                 rows.parts = *parts;
                                 return ggufRowsProducer(rows, precision.dtype,
                                                         precision.codec)(sink);
                             }});
    }

    /// Row of the canonical tensor for each row of the file's.
    std::vector<int32_t> fileOrder(const TensorSpec& spec) const {
        const std::vector<int32_t> inFile = ggufRowOrder(m_model.config, spec);
        std::vector<int32_t> order(inFile.size());
        for (size_t row = 0; row < inFile.size(); ++row)
            order[size_t(inFile[row])] = int32_t(row);
        return order;
    }

    core::Status addSplitKv(const StoredTensor& tensor, const GgufSplitKv& split) {
        const ModelConfig& c = m_model.config;
        const int64_t rows = c.qk_nope_head_dim + c.v_head_dim;
        addHeads(split.k, {c.num_attention_heads, c.kv_lora_rank, c.qk_nope_head_dim},
                 {.parts = {&tensor},
                  .order = {},
                  .head_rows = rows,
                  .first = 0,
                  .count = c.qk_nope_head_dim,
                  .transposed = true});
        addHeads(split.v, {c.num_attention_heads, c.v_head_dim, c.kv_lora_rank},
                 {.parts = {&tensor},
                  .order = {},
                  .head_rows = rows,
                  .first = c.qk_nope_head_dim,
                  .count = c.v_head_dim});
        return {};
    }

    void addHeads(const std::string& name, std::vector<int64_t> shape, GgufRows rows) {
        const Precision& precision = choose(name, shape);
        m_tensors.push_back(
            {.name = name,
             .shape = std::move(shape),
             .dtype = precision.dtype,
             .codec = precision.codec,
             .produce = ggufRowsProducer(std::move(rows), precision.dtype, precision.codec)});
    }

    /// With v_head_dim = kv_lora_rank, which no published model has, llama.cpp's product with F16
    /// or blocks gives noise or ends the process.
    static bool isSquareValues(const std::string& gguf, const std::vector<int64_t>& shape) {
        return gguf.ends_with("attn_v_b.weight") && shape[1] == shape[2];
    }

    const Precision& choose(const std::string& name, const std::vector<int64_t>& shape) const {
        if (isSensitive(name, shape) || isSquareValues(name, shape))
            return precisionOf(GgufPrecision::F32);
        GgufPrecision precision = m_model.precision;
        if (precision == GgufPrecision::Q4_0 && isFiner(name))
            precision = GgufPrecision::Q8_0;
        const bool blocks = precision == GgufPrecision::Q4_0 || precision == GgufPrecision::Q8_0;
        if (blocks && shape.back() % kBlock != 0)
            precision = GgufPrecision::F16;
        return precisionOf(precision);
    }

    const GgufExport& m_model;
    std::vector<GgufTensorToWrite> m_tensors;
    /// The parts of a layer's experts by the name of their tensor.
    std::map<std::string, std::shared_ptr<std::vector<const StoredTensor*>>> m_experts;
    bool m_drafting = false;
};

}  // namespace

std::optional<GgufPrecision> parseGgufPrecision(const std::string& name) {
    for (const Precision& precision : kPrecisions) {
        if (name == precision.name)
            return precision.precision;
    }
    return std::nullopt;
}

core::Result<GgufExportReport> exportGguf(const GgufExport& model,
                                          const std::filesystem::path& file,
                                          const std::function<bool(int64_t, int64_t)>& progress) {
    return Exporter(model).run(file, progress);
}

}  // namespace hearth::engine
