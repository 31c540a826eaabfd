#include "ui/theme/icons.h"

#include <QFile>
#include <QHash>
#include <QIconEngine>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

#include "ui/theme/theme.h"

namespace hearth::ui {
namespace {

/// The drawing with `currentColor` replaced.
QByteArray inkedSvg(const QString& name, const QColor& color) {
    QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return file.readAll().replace("currentColor", color.name().toLatin1());
}

class InkedIcon : public QIconEngine {
public:
    explicit InkedIcon(QString name) : m_name(std::move(name)) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override {
        paintIcon(*painter, rect, m_name, inkOf(mode));
    }
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State) override {
        return iconPixmap(m_name, inkOf(mode), std::min(size.width(), size.height()), 1);
    }
    QPixmap scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State, qreal scale) override {
        QPixmap pixmap = iconPixmap(m_name, inkOf(mode),
                                    int(std::min(size.width(), size.height()) / scale), scale);
        return pixmap;
    }
    QIconEngine* clone() const override { return new InkedIcon(m_name); }

private:
    static QColor inkOf(QIcon::Mode mode) {
        return mode == QIcon::Disabled ? colors().muted : colors().text;
    }

    QString m_name;
};

}  // namespace

QPixmap iconPixmap(const QString& name, const QColor& color, int size, qreal devicePixelRatio) {
    const QString key = QStringLiteral("hearth-icon/%1/%2/%3/%4")
                            .arg(name, color.name())
                            .arg(size)
                            .arg(devicePixelRatio);
    QPixmap pixmap;
    if (QPixmapCache::find(key, &pixmap))
        return pixmap;
    pixmap = QPixmap(QSize(size, size) * devicePixelRatio);
    pixmap.fill(Qt::transparent);
    pixmap.setDevicePixelRatio(devicePixelRatio);
    QSvgRenderer renderer(inkedSvg(name, color));
    QPainter painter(&pixmap);
    renderer.render(&painter, QRectF(0, 0, size, size));
    painter.end();
    QPixmapCache::insert(key, pixmap);
    return pixmap;
}

QIcon icon(const QString& name) {
    return QIcon(new InkedIcon(name));
}

void paintIcon(QPainter& painter, const QRectF& rect, const QString& name, const QColor& color) {
    const int size = int(std::min(rect.width(), rect.height()));
    const QPointF corner(rect.center().x() - size / 2.0, rect.center().y() - size / 2.0);
    painter.drawPixmap(corner,
                       iconPixmap(name, color, size, painter.device()->devicePixelRatioF()));
}

}  // namespace hearth::ui
