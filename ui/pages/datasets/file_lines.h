// Single lines of a large local file.
#pragma once
#include <QHash>
#include <QSet>
#include <QString>

namespace hearth::ui {

/// The lines with these numbers, counted from 1, each cut at `longest` characters. Lines that are
/// not there are left out. Reads no further than the last of them.
/// Threading: any; blocks while it reads.
QHash<qint64, QString> linesOfFile(const QString& path, const QSet<qint64>& numbers,
                                   qsizetype longest = 400);

}  // namespace hearth::ui
