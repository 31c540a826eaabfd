// What a node says, as values. Fields are those of docs/api.md; times are Unix seconds; absent
// optionals are JSON's null.
#pragma once
#include <QJsonObject>
#include <QString>
#include <QStringList>
#include <QVector>
#include <optional>

#include "core/api/permission.h"

namespace hearth::ui {

struct Me {
    QString kind;  // "user", "api_key"
    QString name;
    QString department;
    QString role;
    core::PermissionSet permissions;
    std::optional<qint64> expiresAt;
};

struct ModelLoad {
    QString id;
    QString architecture;
    QString backend;
    qint64 weightBytes = 0;
    int running = 0;
    int waiting = 0;
    qint64 promptTokens = 0;
    qint64 generatedTokens = 0;
    qint64 kvBytesTotal = 0;
    qint64 kvBytesUsed = 0;
    qint64 kvBytesUsedAsMha = 0;
    qint64 kvBytesPerToken = 0;
    qint64 kvBytesPerTokenAsMha = 0;
};

struct NodeStatus {
    QString status;  // "ready", "starting"
    QString name;
    QString version;
    QString dataDirectory;
    qint64 pid = 0;
    qint64 startedAt = 0;
    qint64 uptimeSeconds = 0;
    int port = 0;
    int jobsRunning = 0;
    qint64 rssBytes = 0;
    qint64 memoryAvailable = 0;
    qint64 memoryTotal = 0;
    qint64 diskFree = 0;
    qint64 diskTotal = 0;
    QString processor;
    int cores = 0;
    QString certificateSha256;
    qint64 certificateExpiresAt = 0;
    qint64 kvBytesTotal = 0;
    qint64 kvBytesUsed = 0;
    qint64 kvBytesUsedAsMha = 0;
    QVector<ModelLoad> models;
};

/// Columns of equal length; NaN where there is no value.
struct NodeMetrics {
    int intervalSeconds = 10;
    QVector<double> time;
    QVector<double> promptTokensPerSecond;
    QVector<double> generatedTokensPerSecond;
    QVector<double> requestsPerSecond;
    QVector<double> running;
    QVector<double> waiting;
    QVector<double> kvBytesUsed;
    QVector<double> rssBytes;
    QVector<double> cpuShare;
    QVector<double> firstTokenMs;
};

struct ModelUsage {
    QString model;
    qint64 requests = 0;
    qint64 promptTokens = 0;
    qint64 completionTokens = 0;
};

struct Usage {
    qint64 requests = 0;
    qint64 promptTokens = 0;
    qint64 completionTokens = 0;
    QVector<ModelUsage> models;
};

struct Alarm {
    QString id;
    QString code;
    QString severity;  // "bad", "attention", "information"
    QString message;
    QString action;
    qint64 since = 0;
    QString subjectKind;  // "node", "model", "job", "key"
    QString subjectId;
    QJsonObject values;
};

struct ModelFile {
    QString name;
    qint64 bytes = 0;
    QString sha256;
};

struct Model {
    QString id;
    QString kind;  // "base", "adapter"
    QString base;
    QString job;
    QString department;
    qint64 createdAt = 0;
    bool served = false;
    bool wanted = true;
    QString loadError;
    qint64 bytes = 0;
    QString architecture;
    bool tunable = false;  // fine-tuning jobs take it as their base
};

struct ModelDetails {
    Model model;
    QVector<ModelFile> files;
    std::optional<qint64> parameters;
    std::optional<qint64> activeParameters;
    QString dtype;
    QString precision;                 // that it was packed in
    std::optional<double> divergence;  // from the checkpoint by that, mean, in nats a token
    QString backend;
    std::optional<qint64> layers, moeLayers, hiddenSize, heads, vocabSize, contextLength;
    std::optional<qint64> routedExperts, expertsPerToken, kvLoraRank;
    std::optional<qint64> weightBytes, kvBytesPerToken, kvBytesPerTokenAsMha;
    std::optional<qint64> rank;
    std::optional<double> alpha;
    QStringList targets;
};

struct ModelImport {
    QString id;
    QString model;
    QString path;
    /// "queued", "verifying", "copying", "packing", "measuring", "checking"; then "succeeded",
    /// "failed", "cancelled"
    QString status;
    double progress = 0;  // of what the status names, 0 to 1
    qint64 bytesDone = 0;
    qint64 bytesTotal = 0;
    double bytesPerSecond = 0;
    std::optional<double> etaSeconds;
    qint64 createdAt = 0;
    std::optional<qint64> finishedAt;
    QString error;

    bool ended() const {
        return status == "succeeded" || status == "failed" || status == "cancelled";
    }
};

struct DataFile {
    QString id;
    QString filename;
    QString purpose;  // "fine-tune", "evals"
    QString status;
    qint64 bytes = 0;
    qint64 lines = 0;
    qint64 createdAt = 0;
    QString sha256;
};

struct DataRow {
    qint64 line = 0;
    QJsonObject row;
};

struct DataRows {
    qint64 total = 0;
    qint64 matched = 0;
    QVector<DataRow> rows;
};

struct JobProgress {
    qint64 step = 0;
    qint64 totalSteps = 0;
    double tokensPerSecond = 0;
    double etaSeconds = 0;
};

struct Evaluation {
    QString name;
    qint64 questions = 0;
    std::optional<double> before;  // share of right answers
    std::optional<double> after;
};

struct Job {
    QString id;
    QString status;  // "queued", "running", "succeeded", "failed", "cancelled", ...
    QString model;
    QString fineTunedModel;
    QString method;  // "supervised", "dpo", "reinforcement", "distillation", "pretraining"
    QString trainingFile;
    QString validationFile;
    qint64 createdAt = 0;
    std::optional<qint64> startedAt, finishedAt, estimatedFinish;
    std::optional<qint64> runnableFrom;   // while it waits for a window, or for another try
    std::optional<qint64> expectedStart;  // by the node's forecast
    QString schedule;                     // that started it
    qint64 trainedTokens = 0;
    std::optional<JobProgress> progress;
    QString error;
    QVector<Evaluation> evaluations;
    QJsonObject settings;  // the resolved hyperparameters, the API's "hearth"
    qint64 seed = 0;

    bool active() const {
        return status == "queued" || status == "running" || status == "validating_files";
    }
};

struct JobEvent {
    QString id;
    qint64 createdAt = 0;
    QString level;  // "info", "warn", "error"
    QString type;   // "message", "metrics"
    QString message;
    QJsonObject data;
};

struct Checkpoint {
    QString id;
    qint64 createdAt = 0;
    qint64 step = 0;
    QJsonObject metrics;
};

struct Curve {
    QVector<double> steps;
    QVector<double> values;
    QVector<double> timesMs;  // since the epoch
};

/// By series: "train_loss", "learning_rate", "tokens_per_s", ...
using JobCurves = QMap<QString, Curve>;

struct ApiKey {
    QString id;
    QString name;
    QString prefix;
    QStringList permissions;
    qint64 createdAt = 0;
    std::optional<qint64> expiresAt, lastUsedAt;
    bool revoked = false;
};

struct NewApiKey {
    ApiKey key;
    QString secret;  // never shown or stored again
};

/// A piece of a streamed answer.
struct ChatDelta {
    QString text;
    QString finishReason;                                  // in the last piece of the choice
    std::optional<qint64> promptTokens, completionTokens;  // in the stream's last event
};

}  // namespace hearth::ui
