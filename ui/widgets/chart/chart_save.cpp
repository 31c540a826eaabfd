// The menu of a chart and the files it writes.
#include <QFileDialog>
#include <QMenu>
#include <QPainter>
#include <QPointer>
#include <QThreadPool>

#include "ui/i18n/language.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/chart/chart.h"
#include "ui/widgets/chart/chart_rows.h"
#include "ui/widgets/chart/plot.h"

namespace hearth::ui {
namespace {

/// The key stands behind the words as a hint only; the plot itself takes it.
QString withKey(const QString& words, const char* key) {
    return words + '\t' + QLatin1String(key);
}

}  // namespace

void Chart::buildMenu() {
    QAction* table = m_menu->addAction({}, this, [this] { setTableShown(!isTableShown()); });
    QAction* closer = m_menu->addAction(
        {}, this, [this] { m_plot->sharedX()->zoom(1.5, m_plot->visibleX().high); });
    QAction* all = m_menu->addAction({}, this, [this] { m_plot->sharedX()->showAll(); });
    m_menu->addSeparator();
    QAction* png = m_menu->addAction({}, this, [this] {
        askForFile(tr("Pictures (*.png)"), QStringLiteral("png"), &Chart::savePng);
    });
    QAction* csv = m_menu->addAction({}, this, [this] {
        askForFile(tr("Comma-separated values (*.csv)"), QStringLiteral("csv"), &Chart::saveCsv);
    });
    translated(this, [=, this] {
        table->setText(withKey(isTableShown() ? tr("Show as chart") : tr("Show as table"), "T"));
        closer->setText(withKey(tr("Zoom in"), "+"));
        all->setText(withKey(tr("Show everything"), "0"));
        png->setText(tr("Save picture…"));
        csv->setText(tr("Save values as CSV…"));
    });
    connect(m_menu, &QMenu::aboutToShow, this, [=, this] {
        table->setText(withKey(isTableShown() ? tr("Show as chart") : tr("Show as table"), "T"));
    });
    connect(m_menuButton, &Button::clicked, this, [this] {
        const QSize size = m_menu->sizeHint();
        m_menu->popup(m_menuButton->mapToGlobal(
            QPoint(m_menuButton->width() - size.width(), m_menuButton->height() + 4)));
    });
}

void Chart::askForFile(const QString& filter, const QString& suffix,
                       void (Chart::*save)(const QString&)) {
    auto* dialog = new QFileDialog(this, {}, {}, filter);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(suffix);
    connect(dialog, &QFileDialog::fileSelected, this, save);
    dialog->open();
}

QByteArray Chart::csv() const {
    return csvOf(rowsOf(*m_data, m_plot->visibleX()), xName());
}

QImage Chart::image() {
    constexpr int kScale = 2;
    QImage image(size() * kScale, QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(kScale);
    image.fill(colors().surface);
    QPainter painter(&image);
    render(&painter, {}, {}, DrawChildren);
    return image;
}

void Chart::saveCsv(const QString& path) {
    QThreadPool::globalInstance()->start([chart = QPointer<Chart>(this), path, name = xName(),
                                          rows = rowsOf(*m_data, m_plot->visibleX())] {
        const QString why = writeCsv(rows, name, path);
        QMetaObject::invokeMethod(qApp, [=] {
            if (chart)
                chart->tellSaved(path, why);
        });
    });
}

void Chart::savePng(const QString& path) {
    QThreadPool::globalInstance()->start([chart = QPointer<Chart>(this), path, picture = image()] {
        const bool written = picture.save(path, "PNG");
        QMetaObject::invokeMethod(qApp, [=] {
            if (chart)
                chart->tellSaved(path, written ? QString() : tr("The file could not be written."));
        });
    });
}

void Chart::tellSaved(const QString& path, const QString& why) {
    why.isEmpty() ? emit saved(path) : emit saveFailed(path, why);
}

}  // namespace hearth::ui
