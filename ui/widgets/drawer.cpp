#include "ui/widgets/drawer.h"

#include <QApplication>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollArea>
#include <QVBoxLayout>
#include <QVariantAnimation>

#include "ui/i18n/language.h"
#include "ui/theme/motion.h"
#include "ui/theme/paint.h"
#include "ui/widgets/button.h"
#include "ui/widgets/label.h"

namespace hearth::ui {

QEvent::Type drawerMoved() {
    static const auto type = QEvent::Type(QEvent::registerEventType());
    return type;
}

Drawer::Drawer(QWidget* host) : QWidget(host), m_host(host) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(kShadowMargin, 0, 0, 0);
    column->setSpacing(0);
    auto* head = new QHBoxLayout;
    head->setContentsMargins(metrics::kMargin, metrics::kGap, metrics::kGap, metrics::kGap);
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    m_title = new Label(TextRole::Section);
    m_title->setWordWrap(true);
    m_subtitle = new Label(TextRole::Caption, Tone::Muted);
    m_subtitle->setWordWrap(true);
    m_subtitle->hide();
    words->addWidget(m_title);
    words->addWidget(m_subtitle);
    head->addLayout(words, 1);
    m_tools = new QHBoxLayout;
    m_tools->setSpacing(4);
    head->addLayout(m_tools);
    m_close = new Button(ButtonKind::Plain, "close");
    connect(m_close, &Button::clicked, this, &Drawer::closeDrawer);
    head->addWidget(m_close, 0, Qt::AlignTop);
    head->setAlignment(m_tools, Qt::AlignTop);
    column->addLayout(head);
    m_scroll = new QScrollArea;
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->viewport()->setAutoFillBackground(false);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    column->addWidget(m_scroll, 1);
    m_footer = new QWidget;
    m_footerActions = new QHBoxLayout(m_footer);
    m_footerActions->setContentsMargins(metrics::kMargin, metrics::kGap, metrics::kMargin,
                                        metrics::kGap);
    m_footerActions->addStretch(1);
    m_footer->hide();
    column->addWidget(m_footer);
    m_slide = new QVariantAnimation(this);
    m_slide->setEasingCurve(QEasingCurve::OutCubic);
    connect(m_slide, &QVariantAnimation::valueChanged, this, [this](const QVariant& value) {
        m_shown = value.toDouble();
        place();
    });
    connect(m_slide, &QVariantAnimation::finished, this, [this] { setVisible(m_open); });
    translated(this, [this] { m_close->setName(tr("Close details")); });
    host->installEventFilter(this);
    hide();
}

void Drawer::setTitle(const QString& title) {
    m_title->setText(title);
    setAccessibleName(title);
}

void Drawer::setSubtitle(const QString& subtitle) {
    m_subtitle->setText(subtitle);
    m_subtitle->setVisible(!subtitle.isEmpty());
}

void Drawer::addTool(QWidget* tool) {
    m_tools->addWidget(tool);
}

void Drawer::setBody(QWidget* body) {
    auto* page = new QWidget;
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(metrics::kMargin, 0, metrics::kMargin, metrics::kMargin);
    column->addWidget(body);
    column->addStretch(1);
    m_scroll->setWidget(page);
    page->setAutoFillBackground(false);
}

QWidget* Drawer::body() const {
    const QWidget* page = m_scroll->widget();
    return page ? page->layout()->itemAt(0)->widget() : nullptr;
}

void Drawer::addFooterAction(QWidget* action) {
    m_footerActions->insertWidget(1, action);
    m_footer->show();
}

void Drawer::openDrawer(bool takeFocus) {
    if (!m_open) {
        m_open = true;
        m_focusBefore = QApplication::focusWidget();
        show();
        raise();
        m_slide->stop();
        m_slide->setDuration(motionDuration());
        m_slide->setStartValue(m_shown);
        m_slide->setEndValue(1.0);
        m_slide->start();
        QCoreApplication::postEvent(window(), new QEvent(drawerMoved()));
        emit opened();
    }
    if (takeFocus)
        moveFocusIn();
}

void Drawer::closeDrawer() {
    if (!m_open)
        return;
    m_open = false;
    giveFocusBack();
    m_slide->stop();
    m_slide->setDuration(motionDuration());
    m_slide->setStartValue(m_shown);
    m_slide->setEndValue(0.0);
    m_slide->start();
    QCoreApplication::postEvent(window(), new QEvent(drawerMoved()));
    emit closed();
}

void Drawer::moveFocusIn() {
    QWidget* first = body() ? body()->nextInFocusChain() : nullptr;
    while (first && body()->isAncestorOf(first) && !(first->focusPolicy() & Qt::TabFocus))
        first = first->nextInFocusChain();
    const bool inside = first && body()->isAncestorOf(first) && first->isEnabled();
    (inside ? first : m_close)->setFocus(Qt::OtherFocusReason);
}

void Drawer::giveFocusBack() {
    const QWidget* now = QApplication::focusWidget();
    if (m_focusBefore && (!now || isAncestorOf(now)))
        m_focusBefore->setFocus(Qt::OtherFocusReason);
}

void Drawer::place() {
    const int width = std::min(metrics::kDrawerWidth, m_host->width()) + kShadowMargin;
    const int visible = int(std::lround(width * m_shown));
    setGeometry(m_host->width() - visible, 0, width, m_host->height());
}

bool Drawer::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_host && event->type() == QEvent::Resize)
        place();
    return QWidget::eventFilter(watched, event);
}

void Drawer::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const QRect panel = rect().adjusted(kShadowMargin, 0, 0, 0);
    paintShadow(painter, panel.adjusted(0, 0, metrics::kGap, 0), 0);
    painter.fillRect(panel, colors().surface);
    painter.fillRect(QRect(panel.left(), 0, 1, height()), colors().border);
    if (m_footer->isVisible())
        painter.fillRect(QRect(panel.left(), m_footer->y(), panel.width(), 1), colors().border);
}

void Drawer::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape)
        closeDrawer();
    else
        QWidget::keyPressEvent(event);
}

}  // namespace hearth::ui
