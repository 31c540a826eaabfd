#include "ui/widgets/key_hint.h"

#include <QPainter>

#include "ui/theme/paint.h"
#include "ui/theme/theme.h"

namespace hearth::ui {
namespace {

constexpr int kHeight = 20;
constexpr int kPadding = 6;
constexpr int kGap = 4;

QFont capFont() {
    return fontFor(TextRole::Caption);
}

int capWidth(const QString& cap) {
    return std::max(kHeight, QFontMetrics(capFont()).horizontalAdvance(cap) + 2 * kPadding);
}

/// "Ctrl++" has a plus key at its end, which split() alone would lose.
QStringList capsOf(const QKeySequence& keys) {
    QString text = keys.toString(QKeySequence::NativeText);
    const bool plus = text.endsWith('+');
    QStringList caps = text.split('+', Qt::SkipEmptyParts);
    if (plus)
        caps << "+";
    return caps;
}

}  // namespace

KeyHint::KeyHint(const QKeySequence& keys, QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    setKeys(keys);
}

void KeyHint::setKeys(const QKeySequence& keys) {
    m_caps = capsOf(keys);
    setAccessibleName(keys.toString(QKeySequence::NativeText));
    updateGeometry();
    update();
}

QSize KeyHint::sizeHint() const {
    int width = 0;
    for (const QString& cap : m_caps)
        width += capWidth(cap) + kGap;
    return {std::max(0, width - kGap), kHeight};
}

void KeyHint::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setFont(capFont());
    int x = 0;
    for (const QString& cap : m_caps) {
        const QRect box(x, (height() - kHeight) / 2, capWidth(cap), kHeight);
        paintBox(painter, box, colors().raised, colors().border, 4);
        painter.setPen(colors().muted);
        painter.drawText(box, Qt::AlignCenter, cap);
        x += box.width() + kGap;
    }
}

}  // namespace hearth::ui
