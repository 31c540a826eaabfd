#pragma once
#include <functional>
#include <vector>

#include "ui/app_context.h"
#include "ui/shell/command_palette.h"

namespace hearth::ui {

class Page;
struct PageInfo;

/// Everything that can be done right now: pages, what the page in front offers, runs, models in
/// service, other nodes, appearance.
std::vector<PaletteEntry> paletteEntries(AppContext& context, Page* front,
                                         const std::function<bool(const PageInfo&)>& allowed);

}  // namespace hearth::ui
