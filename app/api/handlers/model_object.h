// The API's hearth.model object.
#pragma once
#include <nlohmann/json.hpp>

#include "app/services/models/model_inspector.h"
#include "app/services/models/model_library.h"
#include "app/services/serving/model_service.h"

namespace hearth::app {

/// What a model's objects are made of. All outlive it.
struct ModelSources {
    ModelLibrary& library;
    ModelInspector& inspector;
    ModelService& models;
};

/// One entry of a list.
nlohmann::json modelObject(const ModelSources& sources, const storage::ModelRow& row);
/// Everything that is known: files, sizes of the architecture, and what the engine says when it is
/// loaded. What cannot be read is null.
nlohmann::json modelDetails(const ModelSources& sources, const storage::ModelRow& row);

}  // namespace hearth::app
