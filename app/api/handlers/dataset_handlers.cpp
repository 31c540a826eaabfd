#include "app/api/handlers/dataset_handlers.h"

#include "app/api/handlers/list_json.h"
#include "app/api/handlers/query.h"
#include "core/json.h"

namespace hearth::app {
namespace {

using nlohmann::json;

constexpr int64_t kDefaultLimit = 100;
constexpr int64_t kDefaultDiffRows = 20;
constexpr int64_t kMaxDiffRows = 500;
constexpr size_t kNameBytes = 128;

json datasetObject(const storage::DatasetRow& dataset) {
    return {{"id", dataset.id},
            {"object", "dataset"},
            {"name", dataset.name},
            {"owner", dataset.owner.userId},
            {"created_at", dataset.createdAt}};
}

json versionObject(const storage::DatasetVersionRow& version) {
    return {{"id", version.id},
            {"object", "dataset.version"},
            {"dataset_id", version.datasetId},
            {"number", version.number},
            {"file_id", version.fileId},
            {"sha256", version.sha256},
            {"kind", version.kind},
            {"rows", version.rowCount},
            {"source", json::parse(version.source)},
            {"created_at", version.createdAt}};
}

json versionObject(const NamedVersion& version) {
    json object = versionObject(version.row);
    object["dataset"] = version.dataset;
    return object;
}

json rowObject(const DiffRow& row) {
    return {{"row", row.row}, {"value", row.value}};
}

json rowObjects(const std::vector<DiffRow>& rows) {
    json list = json::array();
    for (const DiffRow& row : rows)
        list.push_back(rowObject(row));
    return list;
}

core::Result<json> readBody(const Request& http, std::initializer_list<std::string_view> fields) {
    CORE_ASSIGN(json body, core::parseJson(http.text(), "the request body"));
    if (!body.is_object())
        return core::Error{
            core::ErrorCode::InvalidArgument, "the request body must be a JSON object", {}};
    CORE_TRY(core::rejectUnknownFields(body, fields));
    return body;
}

core::Result<MixRequest::Source> readSource(const json& entry) {
    if (!entry.is_object())
        return core::Error{core::ErrorCode::InvalidArgument,
                           "sources must be a list of {dataset, version, weight}", "sources"};
    CORE_TRY(core::rejectUnknownFields(entry, {"dataset", "version", "weight"}));
    MixRequest::Source source;
    CORE_ASSIGN(source.version.dataset, core::readString(entry, "dataset", kNameBytes));
    CORE_ASSIGN(source.version.number, core::readInt(entry, "version", 1, INT32_MAX, 0));
    CORE_ASSIGN(source.weight, core::readNumber(entry, "weight", 1e-6, 1e6, 1.0));
    return source;
}

core::Result<MixRequest> readMix(const json& body) {
    MixRequest request;
    CORE_ASSIGN(request.name, core::readString(body, "name", kNameBytes));
    CORE_ASSIGN(const int64_t seed, core::readInt(body, "seed", 0, INT64_MAX, 0));
    request.seed = uint64_t(seed);
    CORE_ASSIGN(request.rows, core::readInt(body, "rows", 1, INT32_MAX, 0));
    const json* sources = core::findField(body, "sources");
    if (!sources || !sources->is_array())
        return core::Error{core::ErrorCode::InvalidArgument,
                           "sources must be a list of {dataset, version, weight}", "sources"};
    for (const json& entry : *sources) {
        CORE_ASSIGN(auto source, readSource(entry));
        request.sources.push_back(std::move(source));
    }
    return request;
}

/// Parts are taken in the order of their names, so that the same request is the same split.
core::Result<SplitRequest> readSplit(const std::string& dataset, const json& body) {
    SplitRequest request{.version = {.dataset = dataset}, .parts = {}};
    CORE_ASSIGN(request.version.number, core::readInt(body, "version", 1, INT32_MAX, 0));
    CORE_ASSIGN(const int64_t seed, core::readInt(body, "seed", 0, INT64_MAX, 0));
    request.seed = uint64_t(seed);
    const json* parts = core::findField(body, "parts");
    if (!parts || !parts->is_object())
        return core::Error{core::ErrorCode::InvalidArgument,
                           "parts must be an object of shares by name", "parts"};
    for (const auto& [name, share] : parts->items()) {
        if (!share.is_number())
            return core::Error{core::ErrorCode::InvalidArgument,
                               "parts must be an object of shares by name", "parts"};
        request.parts.emplace_back(name, share.get<double>());
    }
    return request;
}

json holderObject(const RowLineage::Holder& holder) {
    json object = {
        {"file_id", holder.fileId}, {"filename", holder.filename}, {"deleted", holder.deleted}};
    if (holder.version > 0) {
        object["dataset"] = holder.dataset;
        object["version"] = holder.version;
    }
    return object;
}

json useObject(const RowLineage::Use& use) {
    return {{"job_id", use.job.id},
            {"status", storage::jobStatusName(use.job.status)},
            {"file_id", use.fileId},
            {"role", use.validation ? "validation" : "training"},
            {"model", use.job.modelId},
            {"started_at", orNull(use.job.startedAt)},
            {"finished_at", orNull(use.job.finishedAt)},
            {"fine_tuned_model", orNull(use.job.fineTunedModel)},
            {"model_exists", use.served}};
}

}  // namespace

Handler commitVersionHandler(DatasetService& datasets) {
    return [&datasets](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const json body, readBody(http, {"name", "file_id"}));
        CORE_ASSIGN(const auto name, core::readString(body, "name", kNameBytes));
        CORE_ASSIGN(const auto file, core::readString(body, "file_id", kNameBytes));
        CORE_ASSIGN(const auto version, datasets.commit(http.principal, name, file));
        return Response::json(core::dumpJson(versionObject(version)));
    };
}

Handler mixDatasetsHandler(DatasetService& datasets) {
    return [&datasets](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const json body, readBody(http, {"name", "seed", "rows", "sources"}));
        CORE_ASSIGN(const auto request, readMix(body));
        CORE_ASSIGN(const auto version, datasets.mix(http.principal, request));
        return Response::json(core::dumpJson(versionObject(version)));
    };
}

Handler splitDatasetHandler(DatasetService& datasets) {
    return [&datasets](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const json body, readBody(http, {"version", "seed", "parts"}));
        CORE_ASSIGN(const auto request, readSplit(http.param("dataset"), body));
        CORE_ASSIGN(const auto parts, datasets.split(http.principal, request));
        json list = json::array();
        for (const NamedVersion& part : parts)
            list.push_back(versionObject(part));
        return Response::json(core::dumpJson({{"object", "list"}, {"data", std::move(list)}}));
    };
}

Handler listDatasetsHandler(DatasetService& datasets) {
    return [&datasets](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const storage::Page page, readPage(http.head, kDefaultLimit));
        return listResponse(datasets.list(http.principal, page), datasetObject);
    };
}

Handler getDatasetHandler(DatasetService& datasets) {
    return [&datasets](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const auto dataset, datasets.find(http.principal, http.param("dataset")));
        json object = datasetObject(dataset);
        const auto newest = datasets.version(http.principal, {dataset.id, 0});
        object["newest"] = newest ? versionObject(newest->row) : json();
        return Response::json(core::dumpJson(object));
    };
}

Handler listVersionsHandler(DatasetService& datasets) {
    return [&datasets](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const storage::Page page, readPage(http.head, kDefaultLimit));
        CORE_ASSIGN(const auto versions,
                    datasets.versions(http.principal, http.param("dataset"), page));
        return listResponse(versions, [](const auto& version) { return versionObject(version); });
    };
}

Handler diffVersionsHandler(DatasetService& datasets) {
    return [&datasets](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const int64_t from, readQueryInt(http.head, "from", 1, INT32_MAX, 1));
        CORE_ASSIGN(const int64_t to, readQueryInt(http.head, "to", 0, INT32_MAX, 0));
        CORE_ASSIGN(const int64_t limit,
                    readQueryInt(http.head, "limit", 0, kMaxDiffRows, kDefaultDiffRows));
        CORE_ASSIGN(const auto diff,
                    datasets.diff(http.principal, http.param("dataset"), from, to, limit));
        json changed = json::array();
        for (const auto& [before, after] : diff.changedRows)
            changed.push_back({{"before", rowObject(before)}, {"after", rowObject(after)}});
        return Response::json(core::dumpJson({{"object", "dataset.diff"},
                                              {"from", diff.from},
                                              {"to", diff.to},
                                              {"added", diff.added},
                                              {"removed", diff.removed},
                                              {"changed", diff.changed},
                                              {"unchanged", diff.unchanged},
                                              {"added_rows", rowObjects(diff.addedRows)},
                                              {"removed_rows", rowObjects(diff.removedRows)},
                                              {"changed_rows", std::move(changed)}}));
    };
}

Handler deleteDatasetHandler(DatasetService& datasets) {
    return [&datasets](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const auto removed, datasets.remove(http.principal, http.param("dataset")));
        return Response::json(core::dumpJson({{"id", removed.id},
                                              {"object", "dataset"},
                                              {"name", removed.name},
                                              {"deleted", true}}));
    };
}

Handler lineageHandler(LineageService& lineage) {
    return [&lineage](const Request& http) -> core::Result<Response> {
        const std::string& hash = http.param("row_hash");
        CORE_ASSIGN(const RowLineage found, lineage.of(http.principal, hash));
        json files = json::array(), jobs = json::array();
        for (const auto& holder : found.holders)
            files.push_back(holderObject(holder));
        for (const auto& use : found.uses)
            jobs.push_back(useObject(use));
        return Response::json(core::dumpJson({{"object", "row.lineage"},
                                              {"row_hash", hash},
                                              {"files", std::move(files)},
                                              {"jobs", std::move(jobs)}}));
    };
}

}  // namespace hearth::app
