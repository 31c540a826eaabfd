// Which form a data set has, and its rows in the form that Hearth trains on.
#pragma once
#include <optional>
#include <string_view>

#include "finetune/data/forms/container.h"
#include "finetune/data/forms/form.h"

namespace hearth::finetune {

struct RecognisedForm {
    Container container = Container::Jsonl;
    const Form* form = nullptr;  // never null
};

/// The form that most of the first rows have. Where no row can be read, so that the rows' own
/// errors say more: OpenAI's chats. Errors: InvalidArgument naming the fields of a row that is of
/// no form, and the known forms.
core::Result<RecognisedForm> recogniseForm(std::string_view content);
/// The same among the forms of a kind, for a reader that needs that kind.
RecognisedForm recogniseFormOf(std::string_view content, DataKind kind);

/// Every row, mapped, or what is wrong with it.
void forEachMappedRow(std::string_view content, const RecognisedForm& form,
                      const RowVisitor& visit);

}  // namespace hearth::finetune
