#pragma once
#include <QString>

#include "core/api/permission.h"

namespace hearth::ui {

/// What a permission lets one do, in the present language: "Load, unload and delete models".
QString permissionText(core::Permission permission);

}  // namespace hearth::ui
