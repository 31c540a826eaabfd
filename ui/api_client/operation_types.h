// What takes longer than a request should: probes, verifications, merges.
#pragma once
#include <QJsonObject>
#include <QString>
#include <optional>

namespace hearth::ui {

struct Operation {
    QString id;
    QString kind;     // "probe", "verification", "merge"
    QString subject;  // the base, the job, the new model
    QString status;   // "running", "succeeded", "failed", "cancelled"
    QString stage;    // while it runs
    qint64 done = 0;
    qint64 total = 0;
    QJsonObject result;
    QString error;
    qint64 createdAt = 0;
    std::optional<qint64> finishedAt;

    bool runs() const { return status == "running"; }
};

}  // namespace hearth::ui
