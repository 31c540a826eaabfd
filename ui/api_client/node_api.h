// The node's API, one function a call. Paths and fields are known here and nowhere else in the
// console.
#pragma once
#include <QJsonArray>
#include <QMap>

#include "ui/api_client/api_client.h"
#include "ui/api_client/data_types.h"
#include "ui/api_client/node_types.h"
#include "ui/api_client/operation_types.h"
#include "ui/api_client/schedule_types.h"

namespace hearth::ui {

struct SignIn {
    QString token;
    qint64 expiresAt = 0;
    QString user;
};

/// Every `then` is dropped with its `context`. Lists are complete: pages are followed.
class NodeApi {
public:
    explicit NodeApi(ApiClient& client) : m_client(client) {}

    ApiClient& client() const { return m_client; }

    // Who
    void signIn(const QString& user, const QString& password, QObject* context, Then<SignIn> then);
    void signOut(QObject* context, Then<Nothing> then);
    void me(QObject* context, Then<Me> then);

    // Node
    void status(QObject* context, Then<NodeStatus> then);
    void metrics(qint64 from, qint64 to, int points, QObject* context, Then<NodeMetrics> then);
    void usage(qint64 from, qint64 to, QObject* context, Then<Usage> then);
    void alarms(QObject* context, Then<QVector<Alarm>> then);
    void log(int lines, QObject* context, Then<QStringList> then);
    /// Whether anybody answers there, with the certificate that we trust; no credential needed.
    void health(QObject* context, Then<Nothing> then);
    /// Ok once its models are loaded; Busy before.
    void ready(QObject* context, Then<Nothing> then);
    void stopNode(QObject* context, Then<Nothing> then);

    // Models
    void models(QObject* context, Then<QVector<Model>> then);
    void model(const QString& id, QObject* context, Then<ModelDetails> then);
    void loadModel(const QString& id, QObject* context, Then<Model> then);
    void unloadModel(const QString& id, QObject* context, Then<Model> then);
    void deleteModel(const QString& id, QObject* context, Then<Nothing> then);
    /// precision: as docs/api.md lists them.
    void importModel(const QString& name, const QString& path, const QString& precision,
                     QObject* context, Then<ModelImport> then);
    void imports(QObject* context, Then<QVector<ModelImport>> then);
    void cancelImport(const QString& id, QObject* context, Then<ModelImport> then);

    // Data sets
    void files(QObject* context, Then<QVector<DataFile>> then);
    QPointer<ApiCall> uploadFile(const QString& purpose, const QString& path, QObject* context,
                                 std::function<void(qint64 sent, qint64 total)> progress,
                                 Then<DataFile> then);
    void rows(const QString& fileId, qint64 offset, int limit, const QString& search,
              QObject* context, Then<DataRows> then);
    void deleteFile(const QString& id, QObject* context, Then<Nothing> then);
    void fileReport(const QString& fileId, const ReportQuestion& question, QObject* context,
                    Then<DataReport> then);
    void dataSets(QObject* context, Then<QVector<DataSetEntry>> then);
    void dataVersions(const QString& dataSet, QObject* context, Then<QVector<DataVersion>> then);
    void versionDiff(const QString& dataSet, qint64 from, qint64 to, QObject* context,
                     Then<VersionDiff> then);

    // Fine-tuning. `request` is the body of POST /v1/fine_tuning/jobs.
    void createJob(const QJsonObject& request, QObject* context, Then<Job> then);
    void jobs(QObject* context, Then<QVector<Job>> then);
    /// One page of the newest, for polling.
    void newestJobs(QObject* context, Then<QVector<Job>> then);
    void job(const QString& id, QObject* context, Then<Job> then);
    /// Oldest first, those after the event `after` (empty: all).
    void jobEvents(const QString& id, const QString& after, QObject* context,
                   Then<QVector<JobEvent>> then);
    void jobCurves(const QString& id, qint64 afterStep, QObject* context, Then<JobCurves> then);
    void checkpoints(const QString& id, QObject* context, Then<QVector<Checkpoint>> then);
    void cancelJob(const QString& id, QObject* context, Then<Job> then);
    /// What it was made from and what came of it, as docs/training.md lists it; empty before.
    void jobRecord(const QString& id, QObject* context, Then<QJsonObject> then);

    // Schedules. `request` is the body of POST /api/v1/schedules, `changes` some of its fields.
    void schedules(QObject* context, Then<QVector<Schedule>> then);
    void createSchedule(const QJsonObject& request, QObject* context, Then<Schedule> then);
    void editSchedule(const QString& id, const QJsonObject& changes, QObject* context,
                      Then<Schedule> then);
    void pauseSchedule(const QString& id, QObject* context, Then<Schedule> then);
    void resumeSchedule(const QString& id, QObject* context, Then<Schedule> then);
    void deleteSchedule(const QString& id, QObject* context, Then<Nothing> then);
    void comingStarts(const QString& id, int count, QObject* context, Then<ComingStarts> then);
    /// Of a schedule that is not made yet: `request` without name and job.
    void previewStarts(const QJsonObject& request, int count, QObject* context,
                       Then<ComingStarts> then);
    /// The newest starts so far.
    void pastStarts(const QString& id, QObject* context, Then<QVector<ScheduleStart>> then);

    // Operations
    /// The newest.
    void operations(QObject* context, Then<QVector<Operation>> then);
    void operation(const QString& id, QObject* context, Then<Operation> then);
    void cancelOperation(const QString& id, QObject* context, Then<Operation> then);
    /// Trains recorded steps again; the operation's id.
    void verifyJob(const QString& jobId, QObject* context, Then<QString> then);
    /// Trains a few steps of `job` and keeps nothing.
    void probeJob(const QJsonObject& job, QObject* context, Then<Operation> then);
    void mergeModel(const QString& adapter, const QString& name, QObject* context,
                    Then<Operation> then);

    // API keys
    void keys(QObject* context, Then<QVector<ApiKey>> then);
    void createKey(const QString& name, const QStringList& permissions,
                   std::optional<int> expiresInDays, QObject* context, Then<NewApiKey> then);
    void revokeKey(const QString& id, QObject* context, Then<Nothing> then);

    /// `request` is the body of POST /v1/chat/completions; streaming and usage are asked for.
    QPointer<ApiCall> chat(QJsonObject request, QObject* context,
                           std::function<void(const ChatDelta&)> delta, Then<Nothing> end);

private:
    ApiClient& m_client;
};

}  // namespace hearth::ui
