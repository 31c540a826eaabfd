// The making of private models by merging, and the export of what is private.
#include <nlohmann/json.hpp>

#include "app/api/handlers/model_admin_handlers.h"
#include "app/api/handlers/operation_handlers.h"
#include "app/services/accounts/scope_of.h"
#include "core/file.h"
#include "core/json.h"

namespace hearth::app {
namespace {

using nlohmann::json;

constexpr size_t kMaxName = 64;

}  // namespace

Handler mergeModelHandler(ModelLibrary& library, OperationService& operations) {
    return [&library, &operations](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const json body, core::parseJson(http.text(), "the request body"));
        CORE_TRY(core::rejectUnknownFields(body, {"name", "precision"}));
        CORE_ASSIGN(const std::string name, core::readString(body, "name", kMaxName));
        CORE_ASSIGN(const std::string precision, core::readString(body, "precision", kMaxName, ""));
        CORE_ASSIGN(auto prepared,
                    library.prepareMerge(http.principal, http.param("model"), name, precision));
        // Shared, since what an operation does may be copied, and the model's key may not.
        const auto model = std::make_shared<PrivateModel>(std::move(prepared));
        CORE_ASSIGN(
            const auto begun,
            operations.begin(
                ownerOf(http.principal), storage::OperationKind::Merge, name,
                [&library, model](OperationProgress& progress) -> core::Result<std::string> {
                    CORE_ASSIGN(
                        const auto row,
                        library.addPrivate(*model, progress.cancel, [&](const ImportEvent& event) {
                            progress.show(event.stage, event.done, event.total);
                        }));
                    return core::dumpJson({{"model", row.id}});
                }));
        return operationBegun(begun);
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
