// Else what is wrong with a schema ends the program.
#define VALIJSON_USE_EXCEPTIONS 1
#include "finetune/rl/answer_schema.h"

#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

namespace hearth::finetune {

using Adapter = valijson::adapters::NlohmannJsonAdapter;

struct AnswerSchema::Compiled {
    valijson::Schema schema;
};

core::Result<AnswerSchema> AnswerSchema::compile(const nlohmann::json& schema) {
    auto compiled = std::make_shared<Compiled>();
    try {
        valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
        parser.populateSchema(Adapter(schema), compiled->schema);
    } catch (const std::exception& e) {
        return core::Error{core::ErrorCode::InvalidArgument,
                           "the schema is no JSON Schema: " + std::string(e.what()), "schema"};
    }
    return AnswerSchema(std::move(compiled));
}

bool AnswerSchema::accepts(const nlohmann::json& value) const {
    valijson::Validator validator(valijson::Validator::kStrongTypes);
    return validator.validate(m_compiled->schema, Adapter(value), nullptr);
}

}  // namespace hearth::finetune
