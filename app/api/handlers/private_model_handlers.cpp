// The making of private models by merging, and the export of what is private.
#include <nlohmann/json.hpp>

#include "app/api/handlers/model_admin_handlers.h"
#include "core/file.h"
#include "core/json.h"

namespace hearth::app {
namespace {

using nlohmann::json;

constexpr size_t kMaxName = 64;

}  // namespace

Handler mergeModelHandler(const ModelSources& sources) {
    return [sources](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const json body, core::parseJson(http.text(), "the request body"));
        CORE_TRY(core::rejectUnknownFields(body, {"name", "precision"}));
        CORE_ASSIGN(const std::string name, core::readString(body, "name", kMaxName));
        CORE_ASSIGN(const std::string precision, core::readString(body, "precision", kMaxName, ""));
        CORE_ASSIGN(const auto row,
                    sources.library.merge(http.principal, http.param("model"), name, precision));
        return Response::json(core::dumpJson(modelObject(sources, row)), 201);
    };
}

Handler exportModelFileHandler(const ModelSources& sources) {
    return [sources](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const auto row, sources.library.find(http.principal, http.param("model")));
        CORE_ASSIGN(const auto file, sources.inspector.openFile(row, http.param("name")));
        return Response::download("application/octet-stream", [file](ResponseStream& stream) {
            // An exception cuts the stream off: the client must not take it for whole.
            file([&](std::span<const std::byte> bytes) {
                return stream.write(core::asText(bytes));
            }).orThrow();
        });
    };
}

}  // namespace hearth::app
