// Training data in any container and form: what is read has the shape that its form promises, twice
// the same, and no private data is left in a masked text.
#include "core/assert.h"
#include "core/json.h"
#include "core/strings.h"
#include "finetune/data/forms/recognise.h"
#include "finetune/data/gate/private_data.h"
#include "finetune/data/gate/similarity.h"
#include "tests/fuzz/fuzz_support.h"

using namespace hearth;
using finetune::DataKind;

namespace {

void checkMapped(const nlohmann::json& row, DataKind kind) {
    CORE_ASSERT(row.is_object());
    switch (kind) {
        case DataKind::Chat:
            CORE_ASSERT(row.contains("messages") ||
                        (row.at("prompt").is_string() && row.at("completion").is_string()));
            break;
        case DataKind::Prompt:
            CORE_ASSERT(row.contains("messages"));
            break;
        case DataKind::Text:
            CORE_ASSERT(row.at("text").is_string());
            break;
        case DataKind::Preference:
            break;
    }
}

/// A row that was mapped is a row of the same kind, so that versions read back as they were.
void checkStays(const nlohmann::json& row, DataKind kind) {
    const std::string line = core::dumpJson(row) + "\n";
    const auto form = finetune::recogniseFormOf(line, kind);
    finetune::forEachMappedRow(line, form, [&](int64_t number, const finetune::ReadRow& again) {
        CORE_ASSERT(number == 1);
        if (again && form.container == finetune::Container::Jsonl)
            CORE_ASSERT(core::dumpJson(*again) == core::dumpJson(row));
        return true;
    });
}

void checkForm(std::string_view text, const finetune::RecognisedForm& form) {
    int64_t lastLine = 0;
    finetune::forEachMappedRow(text, form, [&](int64_t line, const finetune::ReadRow& row) {
        CORE_ASSERT(line >= lastLine && line >= 1);
        lastLine = line;
        if (!row) {
            CORE_ASSERT(!row.error().message.empty());
            return true;
        }
        checkMapped(*row, form.form->kind);
        checkStays(*row, form.form->kind);
        return true;
    });
}

void checkMask(std::string_view text) {
    const std::string masked = finetune::maskPrivateData(text);
    CORE_ASSERT(masked.size() == text.size());
    size_t end = 0;
    for (const auto& match : finetune::findPrivateData(text)) {
        CORE_ASSERT(match.begin >= end && match.begin < match.end && match.end <= text.size());
        end = match.end;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto form = finetune::recogniseForm(text))
        checkForm(text, *form);
    else
        CORE_ASSERT(!form.error().message.empty());
    for (const DataKind kind :
         {DataKind::Chat, DataKind::Preference, DataKind::Prompt, DataKind::Text})
        checkForm(text, finetune::recogniseFormOf(text, kind));
    checkMask(text);
    const auto shingles = finetune::shinglesOf(text);
    CORE_ASSERT(std::is_sorted(shingles.begin(), shingles.end()));
    CORE_ASSERT(shingles.empty() || finetune::jaccard(shingles, shingles) == 1.0);
    return 0;
}
