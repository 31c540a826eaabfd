#pragma once
#include <QElapsedTimer>
#include <QPointer>
#include <QWidget>
#include <map>

#include "ui/api_client/node_api.h"

class QVBoxLayout;

namespace hearth::ui {

class ProgressRow;

/// Uploads under way: how far, how fast, cancel. Hidden while there are none.
class UploadsPanel : public QWidget {
    Q_OBJECT
public:
    explicit UploadsPanel(NodeApi& api, QWidget* parent = nullptr);

    void start(const QString& path, const QString& purpose);
    bool anyRunning() const { return !m_uploads.empty(); }

signals:
    void uploaded(const hearth::ui::DataFile& file);
    void failed(const QString& path, const QString& purpose, const hearth::ui::ApiFailure& failure);

private:
    struct Upload {
        QString path;
        QString purpose;
        ProgressRow* row = nullptr;
        QPointer<ApiCall> call;
        QElapsedTimer clock;
        qint64 sent = 0;
        qint64 total = 0;
    };
    void describe(const Upload& upload);
    void end(int id, const Outcome<DataFile>& outcome);

    NodeApi& m_api;
    QVBoxLayout* m_column;
    std::map<int, Upload> m_uploads;
    int m_lastId = 0;
};

}  // namespace hearth::ui
