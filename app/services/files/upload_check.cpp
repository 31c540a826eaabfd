#include "app/services/files/upload_check.h"

#include "core/strings.h"
#include "finetune/data/checked_row.h"
#include "finetune/data/line_problems.h"
#include "finetune/eval/choice_set.h"
#include "finetune/eval/question_set.h"

namespace hearth::app {
namespace {

core::Error invalid(const std::string& message, const std::string& context) {
    return {core::ErrorCode::InvalidArgument, message, context};
}

/// Korean and western spreadsheets still write other encodings, which would become question marks.
core::Status checkEncoding(std::string_view content, const std::string& filename) {
    if (core::isValidUtf8(content) && content.find('\0') == std::string_view::npos)
        return {};
    finetune::LineProblems problems;
    finetune::forEachLine(content, [&](int64_t number, std::string_view line) {
        if (!core::isValidUtf8(line) || line.find('\0') != std::string_view::npos)
            problems.add(number,
                         "is no UTF-8 text; save the file as UTF-8 (spreadsheets: \"CSV "
                         "UTF-8\")");
        return true;
    });
    return problems.status(filename);
}

core::Result<UploadCheck> checkTrainingData(std::string_view content, const std::string& filename) {
    CORE_TRY(checkEncoding(content, filename));
    CORE_ASSIGN(const auto form, recogniseUpload(content, filename));
    UploadCheck check{.container = finetune::containerName(form.container),
                      .form = form.form->name};
    finetune::LineProblems problems;
    forEachMappedRow(content, form, [&](int64_t line, finetune::ReadRow row) {
        const core::Status status =
            row ? finetune::checkMappedRow(form.form->kind, *row) : core::Status(row.error());
        if (!status)
            problems.add(line, status.error().message);
        else if (++check.entries <= int64_t(kPreviewRows))
            check.preview.push_back({line, std::move(*row)});
        return !problems.full();
    });
    CORE_TRY(problems.status(filename));
    if (check.entries == 0)
        return invalid("the data set has no example", filename);
    return check;
}

}  // namespace

core::Result<finetune::RecognisedForm> recogniseUpload(std::string_view content,
                                                       const std::string& filename) {
    using finetune::Container;
    const auto promised = finetune::promisedContainer(filename);
    const Container found = finetune::recogniseContainer(content);
    if (promised == Container::Csv && found != Container::Csv)
        return invalid(
            "the first line does not name the fields of a form of training data; give a header as "
            "prompt,completion or instruction,input,output or prompt,chosen,rejected",
            filename);
    // Broken lines, not a text: their own errors say what is wrong with them.
    if (promised == Container::Jsonl && found != Container::Jsonl && found != Container::JsonArray)
        return finetune::RecognisedForm{Container::Jsonl, finetune::findForm("messages")};
    return finetune::recogniseForm(content);
}

core::Result<UploadCheck> checkUpload(const std::string& purpose, std::string_view content,
                                      const std::string& filename) {
    if (purpose == "fine-tune")
        return checkTrainingData(content, filename);
    if (purpose != "evals")
        return invalid("purpose must be \"fine-tune\" or \"evals\"", "purpose");
    if (finetune::holdsChoices(content)) {
        CORE_ASSIGN(const auto questions, finetune::readChoices(content, filename));
        return UploadCheck{.entries = int64_t(questions.size())};
    }
    CORE_ASSIGN(const auto questions, finetune::readQuestions(content, filename));
    return UploadCheck{.entries = int64_t(questions.size())};
}

}  // namespace hearth::app
