#include "ui/pages/datasets/drop_zone.h"

#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QMimeData>
#include <QPainter>
#include <QVBoxLayout>

#include "ui/i18n/format.h"
#include "ui/i18n/language.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/icon_label.h"

namespace hearth::ui {

QString draggedFile(const QMimeData& mime) {
    const QList<QUrl> urls = mime.urls();
    if (urls.size() != 1 || !urls.first().isLocalFile())
        return {};
    const QFileInfo file(urls.first().toLocalFile());
    return file.isFile() ? file.absoluteFilePath() : QString();
}

DropZone::DropZone(QWidget* parent)
    : QWidget(parent),
      m_icon(new IconLabel("upload", 24, Tone::Muted)),
      m_name(new ElidedLabel(TextRole::BodyStrong)),
      m_hint(new Label(TextRole::Body, Tone::Muted)),
      m_choose(new Button(ButtonKind::Quiet, "file")) {
    setAcceptDrops(true);
    setFocusProxy(m_choose);
    m_name->setElideMode(Qt::ElideMiddle);
    m_hint->setAlignment(Qt::AlignHCenter);
    m_hint->setWordWrap(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(metrics::kGap, metrics::kGap, metrics::kGap, metrics::kGap);
    column->setSpacing(metrics::kGrid);
    column->addWidget(m_icon, 0, Qt::AlignHCenter);
    column->addWidget(m_name, 0, Qt::AlignHCenter);
    column->addWidget(m_hint);
    column->addWidget(m_choose, 0, Qt::AlignHCenter);
    connect(m_choose, &Button::clicked, this, &DropZone::choose);
    translated(this, [this] { showTexts(); });
}

void DropZone::setFile(const QString& path) {
    if (path == m_file)
        return;
    m_file = path;
    showTexts();
    emit changed(path);
}

void DropZone::showTexts() {
    const QFileInfo file(m_file);
    m_icon->setIconName(m_file.isEmpty() ? "upload" : "file");
    m_name->setText(m_file.isEmpty() ? QString() : file.fileName());
    m_name->setVisible(!m_file.isEmpty());
    m_hint->setText(m_file.isEmpty() ? tr("Drop a JSONL file here, or choose one.")
                                     : formatBytes(double(file.size())));
    m_choose->setText(m_file.isEmpty() ? tr("Choose a file…") : tr("Choose another…"));
}

void DropZone::choose() {
    auto* dialog = new QFileDialog(this, tr("Choose a data set"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters({tr("JSON lines (*.jsonl *.ndjson *.json)"), tr("All files (*)")});
    connect(dialog, &QFileDialog::fileSelected, this, &DropZone::setFile);
    dialog->open();
}

void DropZone::dragEnterEvent(QDragEnterEvent* event) {
    if (draggedFile(*event->mimeData()).isEmpty())
        return;
    event->acceptProposedAction();
    m_dragging = true;
    update();
}

void DropZone::dragLeaveEvent(QDragLeaveEvent*) {
    m_dragging = false;
    update();
}

void DropZone::dropEvent(QDropEvent* event) {
    m_dragging = false;
    update();
    event->acceptProposedAction();
    setFile(draggedFile(*event->mimeData()));
}

void DropZone::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(m_dragging ? colors().accentSoft : colors().background);
    painter.setPen(QPen(m_dragging ? colors().accent : colors().outline, 1, Qt::DashLine));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), metrics::kRadius,
                            metrics::kRadius);
}

}  // namespace hearth::ui
