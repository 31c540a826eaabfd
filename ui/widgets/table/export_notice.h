#pragma once

namespace hearth::ui {

class DataTable;
class Toasts;

/// Tells where a table was exported to, or why it was not. `toasts` outlive the table.
void tellExports(DataTable& table, Toasts& toasts);

}  // namespace hearth::ui
