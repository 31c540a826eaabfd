#include "finetune/data/forms/recognise.h"

#include <map>

namespace hearth::finetune {

namespace {

// Enough that a few odd rows do not decide, few enough to be read twice.
constexpr int64_t kRowsThatVote = 100;

struct Votes {
    std::map<const Form*, int64_t> of;
    int64_t rows = 0;  // that could be read
    std::optional<core::Error> unknown;

    const Form* winner() const {
        const Form* best = nullptr;
        for (const Form* form : allForms())  // the earlier of two that have as many
            if (of.contains(form) && (!best || of.at(form) > of.at(best)))
                best = form;
        return best;
    }
};

core::Error unknownForm(int64_t line, const nlohmann::json& row) {
    std::string fields, known;
    for (const auto& [name, value] : row.items())
        fields += (fields.empty() ? "" : ", ") + name;
    for (const Form* form : allForms())
        known += (known.empty() ? "" : "; ") + std::string(form->fields);
    const std::string message = "has the fields (" + fields +
                                "), which are no form of training "
                                "data; known are: " +
                                known;
    return {core::ErrorCode::InvalidArgument,
            "line " + std::to_string(line) + ": " + message,
            "file",
            {{line, message}}};
}

Votes vote(std::string_view content, Container container, std::optional<DataKind> kind) {
    Votes votes;
    int64_t seen = 0;
    forEachRow(content, container, [&](int64_t line, const ReadRow& row) {
        if (row) {
            ++votes.rows;
            const Form* form = nullptr;
            for (const Form* candidate : allForms())
                if (!form && (!kind || candidate->kind == *kind) && candidate->fits(*row))
                    form = candidate;
            if (form)
                ++votes.of[form];
            else if (!votes.unknown)
                votes.unknown = unknownForm(line, *row);
        }
        return ++seen < kRowsThatVote;
    });
    return votes;
}

bool isDocuments(Container container) {
    return container == Container::Text || container == Container::Markdown;
}

const Form* usualForm(DataKind kind) {
    switch (kind) {
        case DataKind::Chat:
            return findForm("messages");
        case DataKind::Preference:
            return findForm("openai_preference");
        case DataKind::Prompt:
            return findForm("prompt_messages");
        case DataKind::Text:
            break;
    }
    return findForm("text");
}

}  // namespace

core::Result<RecognisedForm> recogniseForm(std::string_view content) {
    const Container container = recogniseContainer(content);
    const Votes votes = vote(content, container, std::nullopt);
    if (const Form* form = votes.winner())
        return RecognisedForm{container, form};
    if (votes.unknown)
        return *votes.unknown;
    return RecognisedForm{container,
                          usualForm(isDocuments(container) ? DataKind::Text : DataKind::Chat)};
}

RecognisedForm recogniseFormOf(std::string_view content, DataKind kind) {
    Container container = recogniseContainer(content);
    // Of documents nothing but text can be made; lines that are no JSON are told best one by one.
    if (isDocuments(container) && kind != DataKind::Text)
        container = Container::Jsonl;
    const Form* form = vote(content, container, kind).winner();
    // A text may begin like anything.
    if (!form && kind == DataKind::Text)
        container = Container::Text;
    return {container, form ? form : usualForm(kind)};
}

void forEachMappedRow(std::string_view content, const RecognisedForm& form,
                      const RowVisitor& visit) {
    forEachRow(content, form.container, [&](int64_t line, ReadRow row) {
        return visit(line, row ? form.form->map(*row) : std::move(row));
    });
}

}  // namespace hearth::finetune
