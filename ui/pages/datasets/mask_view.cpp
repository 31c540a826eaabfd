#include "ui/pages/datasets/mask_view.h"

#include <QTextCursor>

#include "ui/i18n/format.h"
#include "ui/i18n/language.h"
#include "ui/theme/theme.h"

namespace hearth::ui {

MaskView::MaskView(QWidget* parent) : QTextEdit(parent) {
    setReadOnly(true);
    setUndoRedoEnabled(false);
    setTabChangesFocus(true);
    setFrameShape(QFrame::NoFrame);
    setMinimumHeight(220);
    themed(this, [this] { compose(); });
    translated(this, [this] {
        setAccessibleName(tr("What the model learns from the first rows"));
        compose();
    });
}

void MaskView::setRows(const QVector<MaskedRow>& rows) {
    m_rows = rows;
    compose();
}

void MaskView::compose() {
    clear();
    QTextCursor cursor(document());
    QTextCharFormat head, plain, learned;
    head.setFont(fontFor(TextRole::Caption));
    head.setForeground(colors().muted);
    plain.setFont(fontFor(TextRole::Mono));
    plain.setForeground(colors().muted);
    learned.setFont(fontFor(TextRole::Mono));
    learned.setForeground(colors().text);
    learned.setBackground(colors().accentSoft);
    learned.setUnderlineStyle(QTextCharFormat::SingleUnderline);
    learned.setUnderlineColor(colors().accent);
    for (const MaskedRow& row : m_rows) {
        if (!cursor.atStart())
            cursor.insertText(QStringLiteral("\n\n"), plain);
        const QString line = tr("Line %1").arg(formatCount(row.line));
        cursor.insertText((row.part.isEmpty() ? line : line + ", " + row.part) + '\n', head);
        for (const MaskRun& run : row.runs)
            cursor.insertText(run.text, run.learned ? learned : plain);
    }
    moveCursor(QTextCursor::Start);
}

}  // namespace hearth::ui
