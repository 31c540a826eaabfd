#include "ui/pages/datasets/uploads_panel.h"

#include <QFileInfo>
#include <QVBoxLayout>

#include "ui/i18n/format.h"
#include "ui/i18n/language.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/progress_row.h"

namespace hearth::ui {
namespace {
constexpr double kSettled = 0.5;  // seconds before a rate means anything
}

UploadsPanel::UploadsPanel(NodeApi& api, QWidget* parent)
    : QWidget(parent), m_api(api), m_column(new QVBoxLayout(this)) {
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(metrics::kGap);
    hide();
    translated(this, [this] {
        for (const auto& [id, upload] : m_uploads)
            describe(upload);
    });
}

void UploadsPanel::start(const QString& path, const QString& purpose) {
    const int id = ++m_lastId;
    Upload& upload = m_uploads[id];
    upload.path = path;
    upload.purpose = purpose;
    upload.row = new ProgressRow;
    upload.clock.start();
    m_column->addWidget(upload.row);
    show();
    describe(upload);
    upload.call = m_api.uploadFile(
        purpose, path, this,
        [this, id](qint64 sent, qint64 total) {
            const auto found = m_uploads.find(id);
            if (found == m_uploads.end())
                return;
            found->second.sent = sent;
            found->second.total = total;
            describe(found->second);
        },
        [this, id](const Outcome<DataFile>& outcome) { end(id, outcome); });
    connect(upload.row, &ProgressRow::cancelled, this, [this, id] {
        if (const auto found = m_uploads.find(id); found != m_uploads.end() && found->second.call)
            found->second.call->abort();
        end(id, ApiFailure{.kind = ApiFailure::Kind::Cancelled});
    });
}

void UploadsPanel::describe(const Upload& upload) {
    const QString name = QFileInfo(upload.path).fileName();
    const bool all = upload.total > 0 && upload.sent >= upload.total;
    upload.row->setWhat(all ? tr("%1: the node checks every line").arg(name)
                            : tr("%1: uploading").arg(name));
    Progress progress;
    if (upload.total > 0 && !all) {
        progress.share = double(upload.sent) / double(upload.total);
        const double seconds = double(upload.clock.elapsed()) / 1000;
        if (seconds > kSettled && upload.sent > 0) {
            const double rate = double(upload.sent) / seconds;
            progress.rate = tr("%1/s", "a rate").arg(formatBytes(rate));
            progress.secondsLeft = double(upload.total - upload.sent) / rate;
        }
    }
    upload.row->setProgress(progress);
}

void UploadsPanel::end(int id, const Outcome<DataFile>& outcome) {
    const auto found = m_uploads.find(id);
    if (found == m_uploads.end())
        return;
    const Upload upload = found->second;
    upload.row->deleteLater();  // its own button may have called us
    upload.row->hide();
    m_uploads.erase(found);
    setVisible(anyRunning());
    if (outcome)
        emit uploaded(*outcome);
    else if (outcome.failure().kind != ApiFailure::Kind::Cancelled)
        emit failed(upload.path, upload.purpose, outcome.failure());
}

}  // namespace hearth::ui
