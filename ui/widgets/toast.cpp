#include "ui/widgets/toast.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPainter>

#include "ui/i18n/language.h"
#include "ui/theme/paint.h"
#include "ui/widgets/button.h"
#include "ui/widgets/icon_label.h"

namespace hearth::ui {
namespace {

constexpr int kWidth = 360;
constexpr int kLifeMs = 6000;

}  // namespace

Toast::Toast(Tone tone, const QString& text, ToastAction action, QWidget* parent)
    : QWidget(parent), m_tone(tone) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(kShadowMargin + 14, kShadowMargin + 8, kShadowMargin + 8,
                            kShadowMargin + 8);
    row->setSpacing(10);
    row->addWidget(new IconLabel(toneIcon(tone), 18, tone == Tone::Normal ? Tone::Muted : tone));
    auto* label = new Label(text);
    label->setWordWrap(true);
    row->addWidget(label, 1);
    if (!action.text.isEmpty()) {
        auto* button = new Button(ButtonKind::Plain);
        button->setText(action.text);
        connect(button, &Button::clicked, this, [this, run = std::move(action.run)] {
            deleteLater();
            if (run)
                run();
        });
        row->addWidget(button, 0, Qt::AlignTop);
    }
    auto* close = new Button(ButtonKind::Plain, "close");
    connect(close, &Button::clicked, this, &QObject::deleteLater);
    row->addWidget(close, 0, Qt::AlignTop);
    translated(this, [close] { close->setName(tr("Dismiss")); });
    setAccessibleName(text);
    m_life.setSingleShot(true);
    m_life.setInterval(kLifeMs);
    connect(&m_life, &QTimer::timeout, this, &QObject::deleteLater);
    if (tone != Tone::Bad)
        m_life.start();
}

QSize Toast::sizeHint() const {
    const int width = kWidth + 2 * kShadowMargin;
    return {width, layout()->heightForWidth(width)};
}

void Toast::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const QRect box = rect().adjusted(kShadowMargin, kShadowMargin, -kShadowMargin, -kShadowMargin);
    paintShadow(painter, box);
    paintBox(painter, box, colors().surface, colors().border);
    painter.setClipRect(QRect(box.left(), box.top(), 4, box.height()));
    paintBox(painter, box, toneColor(m_tone == Tone::Normal ? Tone::Muted : m_tone));
}

void Toast::enterEvent(QEnterEvent* event) {
    m_life.stop();
    QWidget::enterEvent(event);
}

void Toast::leaveEvent(QEvent* event) {
    if (m_tone != Tone::Bad)
        m_life.start();
    QWidget::leaveEvent(event);
}

void Toast::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape)
        deleteLater();
    else
        QWidget::keyPressEvent(event);
}

}  // namespace hearth::ui
