// The part of NodeApi that is about what training data is worth, and about its versions.
#include "core/api/paths.h"
#include "ui/api_client/node_api.h"
#include "ui/api_client/node_calls.h"

namespace hearth::ui {

namespace paths = core::paths;

namespace {

// Every row is read, tokenised and compared with the others.
constexpr int kReportTimeoutMs = 300'000;

QVector<qint64> wholesIn(const QJsonObject& json, const char* key) {
    QVector<qint64> wholes;
    for (const double value : columnIn(json, key))
        if (std::isfinite(value))
            wholes.append(qint64(value));
    return wholes;
}

ReportFinding findingFrom(const QJsonObject& json) {
    return {.blocks = textIn(json, "severity") == QLatin1String("error"),
            .code = textIn(json, "code"),
            .message = textIn(json, "message"),
            .rows = wholeIn(json, "count"),
            .lines = wholesIn(json, "lines"),
            .samples = textsIn(json, "samples")};
}

RowLengths lengthsFrom(const QJsonObject& json) {
    RowLengths lengths{.tokens = textIn(json, "unit") == QLatin1String("tokens"),
                       .sum = wholeIn(json, "sum"),
                       .p50 = wholeIn(json, "p50"),
                       .p90 = wholeIn(json, "p90"),
                       .p99 = wholeIn(json, "p99"),
                       .longest = wholeIn(json, "max"),
                       .histogram = {}};
    for (const QJsonObject& bucket : objectsIn(json, "histogram"))
        lengths.histogram.append({wholeIn(bucket, "up_to"), wholeIn(bucket, "rows")});
    return lengths;
}

MaskedRow maskFrom(const QJsonObject& json) {
    MaskedRow row{.line = wholeIn(json, "line"), .part = textIn(json, "part"), .runs = {}};
    for (const QJsonObject& run : objectsIn(json, "runs"))
        row.runs.append({textIn(run, "text"), flagIn(run, "learned")});
    return row;
}

DataReport reportFrom(const QJsonObject& json) {
    DataReport report{.container = textIn(json, "container"),
                      .form = textIn(json, "form"),
                      .kind = textIn(json, "kind"),
                      .rows = wholeIn(json, "rows"),
                      .trainable = flagIn(json, "trainable"),
                      .learnedTokens = wholeIn(json, "learned_tokens")};
    for (const QJsonObject& finding : objectsIn(json, "findings"))
        report.findings.append(findingFrom(finding));
    for (const QJsonObject& row : objectsIn(json, "preview"))
        report.preview.append({.line = wholeIn(row, "line"), .row = objectIn(row, "row")});
    for (const QJsonObject& mask : objectsIn(json, "masks"))
        report.masks.append(maskFrom(mask));
    if (json.value("lengths").isObject())
        report.lengths = lengthsFrom(objectIn(json, "lengths"));
    if (const QJsonObject cut = objectIn(json, "truncation"); !cut.isEmpty())
        report.truncation = Truncation{.longest = wholeIn(cut, "max_seq_len"),
                                       .rows = wholeIn(cut, "rows"),
                                       .tokens = wholeIn(cut, "tokens")};
    return report;
}

DataSetEntry dataSetFrom(const QJsonObject& json) {
    return {.id = textIn(json, "id"),
            .name = textIn(json, "name"),
            .createdAt = wholeIn(json, "created_at")};
}

DataVersion versionFrom(const QJsonObject& json) {
    return {.number = wholeIn(json, "number"),
            .fileId = textIn(json, "file_id"),
            .sha256 = textIn(json, "sha256"),
            .kind = textIn(json, "kind"),
            .rows = wholeIn(json, "rows"),
            .createdAt = wholeIn(json, "created_at")};
}

VersionDiff diffFrom(const QJsonObject& json) {
    return {.from = wholeIn(json, "from"),
            .to = wholeIn(json, "to"),
            .added = wholeIn(json, "added"),
            .removed = wholeIn(json, "removed"),
            .changed = wholeIn(json, "changed"),
            .unchanged = wholeIn(json, "unchanged")};
}

}  // namespace

void NodeApi::fileReport(const QString& fileId, const ReportQuestion& question, QObject* context,
                         Then<DataReport> then) {
    ApiRequest request{.path = pathWith(paths::kFileReport, fileId), .timeoutMs = kReportTimeoutMs};
    if (!question.model.isEmpty())
        addQuery(request.query, "model", question.model);
    if (!question.against.isEmpty())
        addQuery(request.query, "against", question.against);
    callFor(m_client, request, context, reportFrom, std::move(then));
}

void NodeApi::dataSets(QObject* context, Then<QVector<DataSetEntry>> then) {
    listFor(m_client, {.path = pathText(paths::kDatasets)}, context, dataSetFrom, std::move(then));
}

void NodeApi::dataVersions(const QString& dataSet, QObject* context,
                           Then<QVector<DataVersion>> then) {
    listFor(m_client, {.path = pathWith(paths::kDatasetVersions, dataSet)}, context, versionFrom,
            std::move(then));
}

void NodeApi::versionDiff(const QString& dataSet, qint64 from, qint64 to, QObject* context,
                          Then<VersionDiff> then) {
    ApiRequest request{.path = pathWith(paths::kDatasetDiff, dataSet)};
    addQuery(request.query, "from", QString::number(from));
    addQuery(request.query, "to", QString::number(to));
    addQuery(request.query, "limit", "0");
    callFor(m_client, request, context, diffFrom, std::move(then));
}

}  // namespace hearth::ui
