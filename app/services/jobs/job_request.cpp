#include "app/services/jobs/job_request.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "core/strings.h"
#include "engine/models/pack_recipe.h"
#include "finetune/rl/grader.h"

namespace hearth::app {
namespace {

using nlohmann::json;

constexpr size_t kMaxEvaluations = 8;

core::Error invalid(const std::string& field, const std::string& message) {
    return {core::ErrorCode::InvalidArgument, message, field};
}

bool isGiven(const json& object, const char* field) {
    const json* value = core::findField(object, field);
    return value && *value != "auto";
}

core::Status readInteger(const json& object, const char* field, int64_t least, int64_t most,
                         std::optional<int64_t>& value) {
    if (isGiven(object, field)) {
        CORE_ASSIGN(value, core::readInt(object, field, least, most));
    }
    return {};
}

core::Status readReal(const json& object, const char* field, double least, double most,
                      std::optional<double>& value) {
    if (isGiven(object, field)) {
        CORE_ASSIGN(value, core::readNumber(object, field, least, most));
    }
    return {};
}

core::Status readHyperparameters(const json& object, JobRequest& request) {
    const char* method = traitsOf(request.method).name;
    for (const JobMethod other : {JobMethod::Dpo, JobMethod::Reinforcement})
        for (const char* name : traitsOf(other).numbers)
            if (other != request.method && core::findField(object, name))
                return invalid(name, std::string(name) + " belongs to method " +
                                         traitsOf(other).name + ", not to " + method);
    CORE_TRY(core::rejectUnknownFields(
        object, {"n_epochs", "batch_size", "learning_rate_multiplier", "beta", "eval_interval",
                 "eval_samples", "compute_multiplier", "reasoning_effort"}));
    CORE_TRY(readInteger(object, "n_epochs", 1, 50, request.epochs));
    CORE_TRY(readInteger(object, "batch_size", 1, 256, request.batchSize));
    CORE_TRY(
        readReal(object, "learning_rate_multiplier", 1e-6, 1000, request.learningRateMultiplier));
    CORE_TRY(readReal(object, "beta", 1e-4, 100, request.beta));
    CORE_TRY(readInteger(object, "eval_interval", 1, 1'000'000, request.evalInterval));
    CORE_TRY(readInteger(object, "eval_samples", 1, 1'000'000, request.evalSamples));
    CORE_TRY(readReal(object, "compute_multiplier", 0.1, 8, request.computeMultiplier));
    if (const json* effort = core::findField(object, "reasoning_effort");
        effort && *effort != "default")
        return invalid("reasoning_effort",
                       "reasoning_effort must be \"default\": it is the chat template's");
    return {};
}

core::Status readGrader(const json* settings, JobRequest& request) {
    const json* grader = settings ? core::findField(*settings, "grader") : nullptr;
    if (!grader)
        return invalid("grader", std::string("method ") + traitsOf(request.method).name +
                                     " needs method." + traitsOf(request.method).name + ".grader");
    if (const auto parsed = finetune::parseGrader(*grader); !parsed)
        return invalid("grader", parsed.error().message);
    if (core::findField(*settings, "response_format"))
        return invalid("response_format",
                       "response_format is not supported: a json_schema grader rewards the form");
    request.grader = core::dumpJson(*grader);
    return {};
}

/// method.<type>.hyperparameters, or the older hyperparameters at the top.
core::Status readMethod(const json& body, JobRequest& request) {
    const json* settings = nullptr;
    if (const json* method = core::findField(body, "method")) {
        CORE_ASSIGN(const auto type, core::readString(*method, "type", 64, "supervised"));
        CORE_ASSIGN(request.method, findJobMethod(type));
        const char* name = traitsOf(request.method).name;
        CORE_TRY(core::rejectUnknownFields(*method, {"type", name}));
        settings = core::findField(*method, name);
    }
    const bool distils = request.method == JobMethod::Distillation;
    if (distils || request.method == JobMethod::Reinforcement)
        CORE_TRY(readGrader(settings, request));
    if (distils) {
        CORE_ASSIGN(request.teacher, core::readString(*settings, "teacher", 256));
        if (request.validationFile)
            return invalid("validation_file",
                           "method distillation has no validation_file; use evaluations");
    }
    const json* numbers = settings ? core::findField(*settings, "hyperparameters") : nullptr;
    if (!numbers)
        numbers = core::findField(body, "hyperparameters");
    return numbers ? readHyperparameters(*numbers, request) : core::Status();
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

/// What of `hearth` is no hyperparameter.
core::Status readHearth(const json& body, JobRequest& request) {
    const json* object = core::findField(body, "hearth");
    if (!object)
        return {};
    if (!object->is_object())
        return invalid("hearth", "hearth must be an object");
    CORE_ASSIGN(request.full, core::readBool(*object, "full", false));
    CORE_ASSIGN(request.precision, core::readString(*object, "precision", 32, ""));
    const auto names = engine::PackRecipe::names();
    if (!request.precision.empty() && std::ranges::find(names, request.precision) == names.end())
        return invalid("hearth.precision",
                       "the precision must be one of " +
                           core::join(std::vector<std::string>(names.begin(), names.end()), ", "));
    if (!request.precision.empty() && !request.full)
        return invalid("hearth.precision",
                       "precision belongs to a job with \"full\": an adapter has its base's");
    json numbers = *object;
    numbers.erase("full");
    numbers.erase("precision");
    request.hearth = core::dumpJson(numbers);
    return {};
}

core::Result<std::string> readObject(const json& body, const char* field) {
    const json* object = core::findField(body, field);
    if (object && !object->is_object())
        return invalid(field, std::string(field) + " must be an object");
    return object ? core::dumpJson(*object) : std::string("{}");
}

}  // namespace

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
    CORE_TRY(readHearth(body, request));
    CORE_TRY(readMethod(body, request));
    if (core::findField(body, "seed")) {
        CORE_ASSIGN(request.seed, core::readInt(body, "seed", 0, INT32_MAX));
    }
    return request;
}

std::vector<std::string> JobRequest::judges() const {
    return grader.empty() ? std::vector<std::string>()
                          : finetune::modelsOfGrader(json::parse(grader));
}

std::string writeJobRequest(const JobRequest& request) {
    json numbers = json::object();
    const auto set = [&](const char* name, const auto& value) {
        if (value)
            numbers[name] = *value;
    };
    set("n_epochs", request.epochs);
    set("batch_size", request.batchSize);
    set("learning_rate_multiplier", request.learningRateMultiplier);
    set("beta", request.beta);
    set("eval_interval", request.evalInterval);
    set("eval_samples", request.evalSamples);
    set("compute_multiplier", request.computeMultiplier);
    const char* name = traitsOf(request.method).name;
    json method = {{"type", name}};
    if (!request.grader.empty())
        method[name] = {{"grader", json::parse(request.grader)}};
    if (!request.teacher.empty())
        method[name]["teacher"] = request.teacher;
    json evaluations = json::array();
    for (const auto& e : request.evaluations)
        evaluations.push_back({{"name", e.name}, {"file_id", e.fileId}});
    json hearth = json::parse(request.hearth);
    if (request.full)
        hearth["full"] = true;
    if (!request.precision.empty())
        hearth["precision"] = request.precision;
    json body = {{"model", request.model},
                 {"training_file", request.trainingFile},
                 {"suffix", request.suffix},
                 {"evaluations", evaluations},
                 {"metadata", json::parse(request.metadata)},
                 {"method", std::move(method)},
                 {"hyperparameters", numbers},
                 {"hearth", std::move(hearth)}};
    if (request.validationFile)
        body["validation_file"] = *request.validationFile;
    if (request.seed)
        body["seed"] = *request.seed;
    return core::dumpJson(body);
}

}  // namespace hearth::app
