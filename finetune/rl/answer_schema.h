// A JSON Schema that answers are held against.
#pragma once
#include <memory>
#include <nlohmann/json_fwd.hpp>

#include "core/result.h"

namespace hearth::finetune {

/// Draft 7, by valijson. Immutable; may be used from several threads at once.
class AnswerSchema {
public:
    /// References to other documents are refused. Errors: InvalidArgument with what is wrong.
    static core::Result<AnswerSchema> compile(const nlohmann::json& schema);
    bool accepts(const nlohmann::json& value) const;

private:
    struct Compiled;
    explicit AnswerSchema(std::shared_ptr<const Compiled> compiled)
        : m_compiled(std::move(compiled)) {}
    std::shared_ptr<const Compiled> m_compiled;
};

}  // namespace hearth::finetune
