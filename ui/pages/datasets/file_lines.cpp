#include "ui/pages/datasets/file_lines.h"

#include <QFile>
#include <algorithm>

namespace hearth::ui {
namespace {

constexpr qint64 kChunk = 1 << 16;

}  // namespace

QHash<qint64, QString> linesOfFile(const QString& path, const QSet<qint64>& numbers,
                                   qsizetype longest) {
    QHash<qint64, QString> lines;
    QFile file(path);
    if (numbers.isEmpty() || !file.open(QIODevice::ReadOnly))
        return lines;
    const qint64 last = *std::max_element(numbers.begin(), numbers.end());
    // UTF-8 has at most four bytes a character.
    const qsizetype keep = 4 * longest;
    for (qint64 number = 1; number <= last && !file.atEnd(); ++number) {
        QByteArray line;
        // In pieces: a file without line ends is one line of its whole size.
        for (bool ended = false; !ended;) {
            const QByteArray piece = file.readLine(kChunk);
            ended = piece.isEmpty() || piece.endsWith('\n');
            if (line.size() < keep && numbers.contains(number))
                line += piece.left(keep - line.size());
        }
        if (numbers.contains(number))
            lines.insert(number, QString::fromUtf8(line).trimmed().left(longest));
    }
    return lines;
}

}  // namespace hearth::ui
