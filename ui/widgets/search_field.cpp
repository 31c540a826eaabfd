#include "ui/widgets/search_field.h"

#include <QKeyEvent>
#include <QPainter>

#include "ui/i18n/language.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"

namespace hearth::ui {
namespace {

constexpr int kButton = 26;
constexpr int kLens = 16;

}  // namespace

SearchField::SearchField(QWidget* parent) : LineField(parent) {
    m_clear = new Button(ButtonKind::Plain, "close", this);
    m_clear->setFixedSize(kButton, kButton);
    m_clear->setCursor(Qt::ArrowCursor);
    m_clear->hide();
    setTextMargins(kLens + 8, 0, kButton + 2, 0);
    setMinimumWidth(160);
    m_pause.setSingleShot(true);
    m_pause.setInterval(kPauseMs);
    connect(&m_pause, &QTimer::timeout, this, &SearchField::searchNow);
    connect(this, &QLineEdit::textChanged, this,
            [this](const QString& text) { m_clear->setVisible(!text.isEmpty()); });
    connect(this, &LineField::settled, this, [this](const QString& text) {
        if (text.isEmpty())
            searchNow();
        else
            m_pause.start();
    });
    connect(this, &QLineEdit::returnPressed, this, &SearchField::searchNow);
    connect(m_clear, &Button::clicked, this, [this] {
        clear();
        setFocus(Qt::OtherFocusReason);
    });
    translated(this, [this] {
        m_clear->setName(tr("Clear search"));
        if (placeholderText().isEmpty() && accessibleName().isEmpty())
            setAccessibleName(tr("Search"));
    });
}

void SearchField::searchNow() {
    m_pause.stop();
    if (!isComposing())
        emit searched(text());
}

void SearchField::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape && !text().isEmpty() && !isComposing())
        return clear();
    LineField::keyPressEvent(event);
}

void SearchField::paintEvent(QPaintEvent* event) {
    LineField::paintEvent(event);
    QPainter painter(this);
    paintIcon(painter, QRect(9, (height() - kLens) / 2, kLens, kLens), "search", colors().muted);
}

void SearchField::resizeEvent(QResizeEvent* event) {
    LineField::resizeEvent(event);
    const int inset = (height() - kButton) / 2;
    m_clear->move(width() - kButton - inset, inset);
}

}  // namespace hearth::ui
