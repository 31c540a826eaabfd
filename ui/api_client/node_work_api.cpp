// The part of NodeApi that is about data sets and fine-tuning.
#include "core/api/paths.h"
#include "ui/api_client/node_api.h"
#include "ui/api_client/node_calls.h"
#include "ui/api_client/node_parsing.h"

namespace hearth::ui {

namespace paths = core::paths;

namespace {

// A large file is checked line by line before the node answers.
constexpr int kSearchTimeoutMs = 60'000;

}  // namespace

void NodeApi::files(QObject* context, Then<QVector<DataFile>> then) {
    listFor(m_client, {.path = pathText(paths::kFiles)}, context, dataFileFrom, std::move(then));
}

QPointer<ApiCall> NodeApi::uploadFile(const QString& purpose, const QString& path, QObject* context,
                                      std::function<void(qint64 sent, qint64 total)> progress,
                                      Then<DataFile> then) {
    return m_client.upload(pathText(paths::kFiles), purpose, path, context, std::move(progress),
                           [then = std::move(then)](const Outcome<QJsonObject>& answer) {
                               if (answer)
                                   then(dataFileFrom(*answer));
                               else
                                   then(answer.failure());
                           });
}

void NodeApi::rows(const QString& fileId, qint64 offset, int limit, const QString& search,
                   QObject* context, Then<DataRows> then) {
    ApiRequest request{.path = pathWith(paths::kFileRows, fileId), .timeoutMs = kSearchTimeoutMs};
    addQuery(request.query, "offset", QString::number(offset));
    addQuery(request.query, "limit", QString::number(limit));
    if (!search.isEmpty())
        addQuery(request.query, "search", search);
    callFor(m_client, request, context, dataRowsFrom, std::move(then));
}

void NodeApi::deleteFile(const QString& id, QObject* context, Then<Nothing> then) {
    callForNothing(m_client, {.method = "DELETE", .path = pathWith(paths::kFile, id)}, context,
                   std::move(then));
}

void NodeApi::createJob(const QJsonObject& request, QObject* context, Then<Job> then) {
    callFor(m_client, {.method = "POST", .path = pathText(paths::kJobs), .body = request}, context,
            jobFrom, std::move(then));
}

void NodeApi::jobs(QObject* context, Then<QVector<Job>> then) {
    listFor(m_client, {.path = pathText(paths::kJobs)}, context, jobFrom, std::move(then));
}

void NodeApi::newestJobs(QObject* context, Then<QVector<Job>> then) {
    std::make_shared<ListCall<Job>>(m_client, ApiRequest{.path = pathText(paths::kJobs)}, jobFrom)
        ->start(context, std::move(then), 1);
}

void NodeApi::job(const QString& id, QObject* context, Then<Job> then) {
    callFor(m_client, {.path = pathWith(paths::kJob, id)}, context, jobFrom, std::move(then));
}

void NodeApi::jobEvents(const QString& id, const QString& after, QObject* context,
                        Then<QVector<JobEvent>> then) {
    std::make_shared<ListCall<JobEvent>>(
        m_client,
        ApiRequest{.path = pathWith(paths::kJobEvents, id), .query = QUrlQuery{{"order", "asc"}}},
        jobEventFrom)
        ->startAfter(after, context, std::move(then));
}

void NodeApi::jobCurves(const QString& id, qint64 afterStep, QObject* context,
                        Then<JobCurves> then) {
    ApiRequest request{.path = pathWith(paths::kJobMetrics, id)};
    if (afterStep >= 0)
        addQuery(request.query, "after", QString::number(afterStep));
    callFor(m_client, request, context, jobCurvesFrom, std::move(then));
}

void NodeApi::checkpoints(const QString& id, QObject* context, Then<QVector<Checkpoint>> then) {
    listFor(m_client, {.path = pathWith(paths::kJobCheckpoints, id)}, context, checkpointFrom,
            std::move(then));
}

void NodeApi::cancelJob(const QString& id, QObject* context, Then<Job> then) {
    callFor(m_client, {.method = "POST", .path = pathWith(paths::kJobCancel, id)}, context, jobFrom,
            std::move(then));
}

}  // namespace hearth::ui
