#include "app/api/handlers/file_report_handlers.h"

#include "app/api/handlers/query.h"
#include "app/api/http/multipart.h"
#include "core/file.h"
#include "core/json.h"
#include "core/strings.h"
#include "finetune/data/gate/data_report.h"

namespace hearth::app {
namespace {

constexpr int64_t kPreviewRowsShown = 3;
constexpr int64_t kMaxPreviewRows = 20;

/// What a report needs, kept alive while it is made.
struct ReportRequest {
    std::shared_ptr<LoadedModel> model;  // null: without one
    std::string against;
    finetune::ReportOptions options;
};

core::Status readModel(const Request& http, ModelService& models, ReportRequest& request) {
    const auto name = http.head.queryValue("model");
    auto& tokens = request.options.tokens;
    if (!name)
        return {};
    CORE_ASSIGN(const ServingTarget target, models.find(*name, http.principal));
    request.model = target.model;
    request.options.format = &request.model->chat();
    CORE_ASSIGN(tokens.max_seq_len, readQueryInt(http.head, "max_seq_len", 8, INT32_MAX,
                                                 request.model->config().max_position_embeddings));
    CORE_ASSIGN(const int64_t truncate, readQueryInt(http.head, "truncate", 0, 1, 0));
    tokens.truncate = truncate == 1;
    return {};
}

core::Result<ReportRequest> readReportRequest(const Request& http, FileService& files,
                                              ModelService& models) {
    ReportRequest request;
    CORE_TRY(readModel(http, models, request));
    CORE_ASSIGN(const int64_t preview,
                readQueryInt(http.head, "preview", 0, kMaxPreviewRows, kPreviewRowsShown));
    request.options.tokens.preview_rows = size_t(preview);
    if (const auto id = http.head.queryValue("against")) {
        const auto content = files.content(http.principal, *id);
        if (!content)
            return core::Error{content.error().code, content.error().message, "against"};
        request.against = std::string(core::asText(*content));
    }
    return request;
}

core::Result<Response> answer(std::string_view content, const finetune::RecognisedForm& form,
                              ReportRequest& request, const storage::StoredFile* file) {
    if (!request.against.empty())
        request.options.against = request.against;
    CORE_ASSIGN(const auto report, finetune::reportOn(content, form, request.options));
    auto object = finetune::reportJson(report, request.options);
    if (file)
        object["file_id"] = file->id;
    return Response::json(core::dumpJson(object));
}

}  // namespace

Handler fileReportHandler(FileService& files, ModelService& models) {
    return [&](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(auto request, readReportRequest(http, files, models));
        CORE_ASSIGN(const auto file, files.find(http.principal, http.param("file_id")));
        if (file.purpose != "fine-tune")
            return core::Error{core::ErrorCode::InvalidArgument,
                               "there are reports on files of purpose fine-tune only", "file_id"};
        CORE_ASSIGN(const auto content, files.content(http.principal, file.id));
        CORE_ASSIGN(const auto form, finetune::recogniseForm(core::asText(content)));
        return answer(core::asText(content), form, request, &file);
    };
}

Handler checkFileHandler(FileService& files, ModelService& models) {
    return [&](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(auto request, readReportRequest(http, files, models));
        const auto type = http.head.headers.find("Content-Type");
        CORE_ASSIGN(const MultipartForm form,
                    parseMultipart(type.value_or(std::string_view()), http.text()));
        const auto* file = form.find("file");
        if (!file || !file->fileName)
            return core::Error{core::ErrorCode::InvalidArgument,
                               "the form has no field 'file'; send it as multipart/form-data",
                               "file"};
        if (const auto* other = form.find("against"))
            request.against = std::string(other->content);
        CORE_ASSIGN(const auto recognised,
                    recogniseUpload(file->content, core::printable(*file->fileName)));
        return answer(file->content, recognised, request, nullptr);
    };
}

}  // namespace hearth::app
