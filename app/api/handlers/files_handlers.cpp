#include "app/api/handlers/files_handlers.h"

#include <nlohmann/json.hpp>

#include "app/api/handlers/list_json.h"
#include "app/api/handlers/query.h"
#include "app/api/http/multipart.h"
#include "core/file.h"
#include "core/json.h"
#include "finetune/data/row_hash.h"

namespace hearth::app {
namespace {

using nlohmann::json;

constexpr int64_t kDefaultLimit = 100;
constexpr int64_t kDefaultRows = 100;
constexpr int64_t kMaxRows = 500;

json fileObject(const storage::StoredFile& file) {
    json object = {{"id", file.id},
                   {"object", "file"},
                   {"bytes", file.bytes},
                   {"created_at", file.createdAt},
                   {"filename", file.filename},
                   {"purpose", file.purpose},
                   {"status", storage::fileStatusName(file.status)},
                   {"status_details", file.statusDetails ? json(*file.statusDetails) : json()},
                   {"lines", file.lineCount},
                   {"sha256", file.sha256}};
    if (const finetune::Form* form = finetune::findForm(file.form)) {
        object["container"] = file.container;
        object["form"] = file.form;
        object["kind"] = finetune::dataKindName(form->kind);
    }
    return object;
}

/// hashed: with what a row is known by in versions and lineage.
json rowList(const std::vector<MappedRow>& rows, bool hashed) {
    json list = json::array();
    for (const auto& row : rows) {
        list.push_back({{"line", row.line}, {"row", row.value}});
        if (hashed)
            list.back()["hash"] = finetune::rowHash(row.value);
    }
    return list;
}

core::Error missingPart(const char* name) {
    return {core::ErrorCode::InvalidArgument,
            std::string("the form has no field '") + name +
                "'; send purpose and file as "
                "multipart/form-data",
            name};
}

}  // namespace

Handler uploadFileHandler(FileService& files) {
    return [&files](const Request& http) -> core::Result<Response> {
        const auto type = http.head.headers.find("Content-Type");
        CORE_ASSIGN(const MultipartForm form,
                    parseMultipart(type.value_or(std::string_view()), http.text()));
        const auto* purpose = form.find("purpose");
        const auto* file = form.find("file");
        if (!purpose)
            return missingPart("purpose");
        if (!file || !file->fileName)
            return missingPart("file");
        CORE_ASSIGN(const auto added, files.add(http.principal, *file->fileName,
                                                std::string(purpose->content), file->content));
        json answer = fileObject(added.file);
        if (!added.preview.empty())
            answer["preview"] = rowList(added.preview, true);
        return Response::json(core::dumpJson(answer));
    };
}

Handler listFilesHandler(FileService& files) {
    return [&files](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const storage::Page page, readPage(http.head, kDefaultLimit));
        const std::string purpose = http.head.queryValue("purpose").value_or("");
        return listResponse(files.list(http.principal, page, purpose), fileObject);
    };
}

Handler getFileHandler(FileService& files) {
    return [&files](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const auto file, files.find(http.principal, http.param("file_id")));
        return Response::json(core::dumpJson(fileObject(file)));
    };
}

Handler fileContentHandler(FileService& files) {
    return [&files](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const auto content, files.content(http.principal, http.param("file_id")));
        Response response = Response::text(std::string(core::asText(content)));
        response.headers.set("Content-Type", "application/octet-stream");
        return response;
    };
}

Handler fileRowsHandler(FileService& files) {
    return [&files](const Request& http) -> core::Result<Response> {
        RowQuery query{.search = http.head.queryValue("search").value_or("")};
        CORE_ASSIGN(query.offset, readQueryInt(http.head, "offset", 0, INT64_MAX, 0));
        CORE_ASSIGN(query.limit, readQueryInt(http.head, "limit", 1, kMaxRows, kDefaultRows));
        CORE_ASSIGN(const auto found, files.rows(http.principal, http.param("file_id"), query));
        return Response::json(core::dumpJson({{"object", "list"},
                                              {"total", found.total},
                                              {"matched", found.matched},
                                              {"data", rowList(found.rows, found.mapped)}}));
    };
}

Handler deleteFileHandler(FileService& files) {
    return [&files](const Request& http) -> core::Result<Response> {
        const std::string& id = http.param("file_id");
        CORE_TRY(files.remove(http.principal, id));
        return Response::json(core::dumpJson({{"id", id}, {"object", "file"}, {"deleted", true}}));
    };
}

}  // namespace hearth::app
