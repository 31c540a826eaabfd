#include "app/services/models/import_request.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "core/strings.h"
#include "engine/models/pack_recipe.h"

namespace hearth::app {
namespace {

using nlohmann::json;

constexpr size_t kMaxName = 64;
constexpr size_t kMaxPath = 4096;
constexpr size_t kMaxWord = 32;
constexpr int64_t kMaxBytes = int64_t{1} << 60;
constexpr double kMaxNats = 100;

core::Error invalid(const std::string& message, const char* field) {
    return {core::ErrorCode::InvalidArgument, message, field};
}

core::Status checkPrecision(const ImportRequest& request) {
    const auto names = engine::PackRecipe::names();
    if (!request.precision.empty() && std::ranges::find(names, request.precision) == names.end())
        return invalid("the precision must be one of " +
                           core::join(std::vector<std::string>(names.begin(), names.end()), ", "),
                       "precision");
    if (int(!request.precision.empty()) + int(request.sizeBudget.has_value()) +
            int(request.klBudget.has_value()) >
        1)
        return invalid("give a precision, a size_budget or a kl_budget: each picks the precision",
                       "precision");
    return {};
}

}  // namespace

json importRequestJson(const ImportRequest& request) {
    json object = {{"name", request.name},
                   {"path", request.source.string()},
                   {"source", request.keepSource ? "keep" : "reference"}};
    if (!request.precision.empty())
        object["precision"] = request.precision;
    if (request.sizeBudget)
        object["size_budget"] = *request.sizeBudget;
    if (request.klBudget)
        object["kl_budget"] = *request.klBudget;
    return object;
}

core::Result<ImportRequest> parseImportRequest(const json& object) {
    CORE_TRY(core::rejectUnknownFields(
        object, {"name", "path", "precision", "size_budget", "kl_budget", "source"}));
    ImportRequest request;
    CORE_ASSIGN(request.name, core::readString(object, "name", kMaxName));
    CORE_ASSIGN(request.source, core::readString(object, "path", kMaxPath));
    CORE_ASSIGN(request.precision, core::readString(object, "precision", kMaxWord, ""));
    if (core::findField(object, "size_budget")) {
        CORE_ASSIGN(request.sizeBudget, core::readInt(object, "size_budget", 1, kMaxBytes));
    }
    if (core::findField(object, "kl_budget")) {
        CORE_ASSIGN(request.klBudget, core::readNumber(object, "kl_budget", 0, kMaxNats));
    }
    CORE_ASSIGN(const std::string source, core::readString(object, "source", kMaxWord, "keep"));
    if (source != "keep" && source != "reference")
        return invalid("must be \"keep\" or \"reference\"", "source");
    request.keepSource = source == "keep";
    CORE_TRY(checkPrecision(request));
    return request;
}

}  // namespace hearth::app
