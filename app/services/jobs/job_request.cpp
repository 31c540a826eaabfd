#include "app/services/jobs/job_request.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "finetune/jobs/stopping_rule.h"

namespace hearth::app {
namespace {

using nlohmann::json;

// "auto": a few passes over much data, many over little, as small sets need to be seen often.
constexpr int64_t kAutoTotalExamples = 8000;
constexpr int64_t kAutoMinEpochs = 3;
constexpr int64_t kAutoMaxEpochs = 20;
// ... and at least about so many steps an epoch, each of so many tokens.
constexpr int64_t kAutoStepsPerEpoch = 20;
constexpr int64_t kAutoMinBatchTokens = 256;
constexpr int64_t kAutoMaxBatchTokens = 4096;
// The learning rate that suits LoRA falls with the model's width: 5e-3 at a hidden size of 256,
// 3e-4 at 4096.
constexpr double kLearningRateTimesHidden = 1.28;
constexpr double kMinLearningRate = 2e-4;
constexpr double kMaxLearningRate = 5e-3;
// Preferences move a model that answers well already: fewer passes, at a tenth of the rate.
constexpr int64_t kDpoMinEpochs = 1;
constexpr int64_t kDpoMaxEpochs = 5;
constexpr double kDpoLearningRateShare = 0.1;
// Bytes of chat JSONL a token stands for: of the whole file, and at the least of one line.
constexpr int64_t kBytesPerToken = 4;
constexpr int64_t kLeastBytesPerToken = 2;
constexpr int64_t kTemplateTokens = 64;  // what a chat template may add
constexpr size_t kMaxEvaluations = 8;

core::Error invalid(const std::string& field, const std::string& message) {
    return {core::ErrorCode::InvalidArgument, message, field};
}

bool isAuto(const json* value) {
    return !value || *value == "auto";
}

core::Status readOpenAiHyperparameters(const json& object, JobRequest& request) {
    const bool dpo = request.method == JobMethod::Dpo;
    if (!dpo && core::findField(object, "beta"))
        return invalid("beta", "beta belongs to method dpo");
    CORE_TRY(core::rejectUnknownFields(
        object, {"n_epochs", "batch_size", "learning_rate_multiplier", "beta"}));
    if (!isAuto(core::findField(object, "beta"))) {
        CORE_ASSIGN(request.beta, core::readNumber(object, "beta", 1e-4, 100));
    }
    if (!isAuto(core::findField(object, "n_epochs"))) {
        CORE_ASSIGN(request.epochs, core::readInt(object, "n_epochs", 1, 50));
    }
    if (!isAuto(core::findField(object, "batch_size"))) {
        CORE_ASSIGN(request.batchSize, core::readInt(object, "batch_size", 1, 256));
    }
    if (!isAuto(core::findField(object, "learning_rate_multiplier"))) {
        CORE_ASSIGN(request.learningRateMultiplier,
                    core::readNumber(object, "learning_rate_multiplier", 1e-6, 1000));
    }
    return {};
}

/// method.<type>.hyperparameters, or the older hyperparameters at the top.
core::Status readMethod(const json& body, JobRequest& request) {
    if (const json* method = core::findField(body, "method")) {
        CORE_ASSIGN(const auto type, core::readString(*method, "type", 64, "supervised"));
        if (type == "dpo")
            request.method = JobMethod::Dpo;
        else if (type != "supervised")
            return invalid(
                "method.type",
                "method '" + type + "' is not supported yet; this node knows supervised and dpo");
        CORE_TRY(core::rejectUnknownFields(*method, {"type", jobMethodName(request.method)}));
        if (const json* settings = core::findField(*method, jobMethodName(request.method)))
            if (const json* numbers = core::findField(*settings, "hyperparameters"))
                return readOpenAiHyperparameters(*numbers, request);
    }
    if (const json* numbers = core::findField(body, "hyperparameters"))
        return readOpenAiHyperparameters(*numbers, request);
    return {};
}

core::Result<std::string> readSuffix(const json& body) {
    CORE_ASSIGN(auto suffix, core::readString(body, "suffix", 64, ""));
    const bool plain = std::all_of(suffix.begin(), suffix.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
    });
    if (!plain)
        return invalid("suffix", "suffix may hold letters, digits, '-', '_' and '.'");
    return suffix;
}

core::Result<std::vector<EvaluationFile>> readEvaluations(const json& body) {
    std::vector<EvaluationFile> files;
    const json* list = core::findField(body, "evaluations");
    if (!list)
        return files;
    if (!list->is_array() || list->size() > kMaxEvaluations)
        return invalid("evaluations", "evaluations must be a list of at most " +
                                          std::to_string(kMaxEvaluations) + " {name, file_id}");
    for (const json& entry : *list) {
        EvaluationFile file;
        CORE_ASSIGN(file.name, core::readString(entry, "name", 64));
        CORE_ASSIGN(file.fileId, core::readString(entry, "file_id", 128));
        files.push_back(std::move(file));
    }
    return files;
}

core::Result<std::string> readObject(const json& body, const char* field) {
    const json* object = core::findField(body, field);
    if (object && !object->is_object())
        return invalid(field, std::string(field) + " must be an object");
    return object ? core::dumpJson(*object) : std::string("{}");
}

}  // namespace

const char* jobMethodName(JobMethod method) {
    return method == JobMethod::Dpo ? "dpo" : "supervised";
}

core::Result<JobRequest> parseJobRequest(std::string_view text) {
    CORE_ASSIGN(const json body, core::parseJson(text, "the request body"));
    if (!body.is_object())
        return invalid("", "the request body must be a JSON object");
    CORE_TRY(core::rejectUnknownFields(
        body, {"model", "training_file", "validation_file", "suffix", "seed", "method",
               "hyperparameters", "metadata", "evaluations", "hearth", "integrations"}));
    JobRequest request;
    CORE_ASSIGN(request.model, core::readString(body, "model", 256));
    CORE_ASSIGN(request.trainingFile, core::readString(body, "training_file", 128));
    if (core::findField(body, "validation_file")) {
        CORE_ASSIGN(request.validationFile, core::readString(body, "validation_file", 128));
    }
    if (const json* integrations = core::findField(body, "integrations");
        integrations && !integrations->empty())
        return invalid("integrations", "integrations are not supported");
    CORE_ASSIGN(request.suffix, readSuffix(body));
    CORE_ASSIGN(request.evaluations, readEvaluations(body));
    CORE_ASSIGN(request.metadata, readObject(body, "metadata"));
    CORE_ASSIGN(request.hearth, readObject(body, "hearth"));
    CORE_TRY(readMethod(body, request));
    if (core::findField(body, "seed")) {
        CORE_ASSIGN(request.seed, core::readInt(body, "seed", 0, INT32_MAX));
    }
    return request;
}

std::string writeJobRequest(const JobRequest& request) {
    json numbers = json::object();
    if (request.epochs)
        numbers["n_epochs"] = *request.epochs;
    if (request.batchSize)
        numbers["batch_size"] = *request.batchSize;
    if (request.learningRateMultiplier)
        numbers["learning_rate_multiplier"] = *request.learningRateMultiplier;
    if (request.beta)
        numbers["beta"] = *request.beta;
    json evaluations = json::array();
    for (const auto& e : request.evaluations)
        evaluations.push_back({{"name", e.name}, {"file_id", e.fileId}});
    json body = {{"model", request.model},
                 {"training_file", request.trainingFile},
                 {"suffix", request.suffix},
                 {"evaluations", evaluations},
                 {"metadata", json::parse(request.metadata)},
                 {"method", {{"type", jobMethodName(request.method)}}},
                 {"hyperparameters", numbers},
                 {"hearth", json::parse(request.hearth)}};
    if (request.validationFile)
        body["validation_file"] = *request.validationFile;
    if (request.seed)
        body["seed"] = *request.seed;
    return core::dumpJson(body);
}

core::Result<finetune::Hyperparameters> hyperparametersOf(const JobRequest& request,
                                                          const JobFacts& facts) {
    finetune::Hyperparameters h;
    const int64_t examples = std::max<int64_t>(1, facts.examples);
    const bool dpo = request.method == JobMethod::Dpo;
    h.seed = facts.seed;
    h.epochs = double(request.epochs.value_or(std::clamp(kAutoTotalExamples / examples,
                                                         dpo ? kDpoMinEpochs : kAutoMinEpochs,
                                                         dpo ? kDpoMaxEpochs : kAutoMaxEpochs)));
    h.learning_rate = std::clamp(kLearningRateTimesHidden / double(facts.hiddenSize),
                                 kMinLearningRate, kMaxLearningRate) *
                      (dpo ? kDpoLearningRateShare : 1.0) *
                      request.learningRateMultiplier.value_or(1.0);
    h.dpo.beta = request.beta.value_or(h.dpo.beta);
    h.max_seq_len = std::min(facts.contextLength,
                             facts.longestLineBytes / kLeastBytesPerToken + kTemplateTokens);
    const int64_t tokens = facts.bytes / kBytesPerToken;
    const int64_t batch = request.batchSize ? *request.batchSize * (tokens / examples + 1)
                                            : std::clamp(tokens / kAutoStepsPerEpoch,
                                                         kAutoMinBatchTokens, kAutoMaxBatchTokens);
    // A pair holds its prompt twice.
    h.batch_tokens = std::max((dpo ? 2 : 1) * h.max_seq_len, batch);

    // What `hearth` says goes over what was derived; the specification's own reader checks it.
    finetune::JobSpec spec;
    spec.method = "sft";
    spec.model_directory = "/";
    spec.output_directory = "/";
    spec.inputs = {{.path = "/"}};
    spec.hyperparameters = h;
    json text = json::parse(finetune::writeJobSpec(spec));
    text["hyperparameters"].update(json::parse(request.hearth), true);
    auto parsed = finetune::parseJobSpec(core::dumpJson(text));
    if (!parsed)
        return invalid("hearth", parsed.error().message);
    // The only set of a request that is measured at intervals.
    if (request.validationFile)
        parsed->evaluations = {{.at_intervals = true}};
    if (const auto status = finetune::checkStopping(*parsed); !status)
        return invalid("hearth", request.validationFile
                                     ? status.error().message
                                     : "early stopping and keeping the best step need a "
                                       "validation_file");
    return parsed->hyperparameters;
}

}  // namespace hearth::app
