#include "ui/widgets/table/table_types.h"

#include <cmath>

namespace hearth::ui {

bool isNumeric(CellKind kind) {
    return kind != CellKind::Text && kind != CellKind::Mono && kind != CellKind::Status;
}

bool Cell::operator==(const Cell& other) const {
    const bool sameNumber =
        number == other.number || (std::isnan(number) && std::isnan(other.number));
    return sameNumber && text == other.text && note == other.note;
}

}  // namespace hearth::ui
