// Text in the cells of a fixed-width font: Hangul and other wide characters take two.
#pragma once
#include <QString>
#include <QStringView>

namespace hearth::ui {

/// Cells that the character at `i` takes: 0 for marks that join and for the second half of a
/// pair, 1, or 2.
int cellsAt(QStringView text, qsizetype i);
int cellsOf(QStringView text);

/// Where the visual row that begins at `begin` ends when a row has `columns` cells; 0 columns: at
/// the end of the text. Always beyond `begin`, unless the text is empty.
qsizetype rowEnd(QStringView text, qsizetype begin, int columns);
int rowCount(QStringView text, int columns);

/// The character under cell `cell`, counted from `begin`; the nearest edge of a wide one.
qsizetype characterAt(QStringView text, qsizetype begin, double cell);

}  // namespace hearth::ui
