// What a node says of training data: its report, its versions. Fields are those of docs/data.md.
#pragma once
#include <QString>
#include <QStringList>
#include <QVector>
#include <optional>

#include "ui/api_client/node_types.h"

namespace hearth::ui {

/// What a report is asked about; empty fields are left out.
struct ReportQuestion {
    QString model;    // whose template and tokens count
    QString against;  // id of a file that training must not repeat
};

struct ReportFinding {
    bool blocks = false;  // no job takes the data
    QString code;         // "schema", "email", "near_duplicates", ...
    QString message;      // the node's own words
    qint64 rows = 0;
    QVector<qint64> lines;  // the first of them
    QStringList samples;    // masked
};

struct LengthBucket {
    qint64 upTo = 0;
    qint64 rows = 0;
};

struct RowLengths {
    bool tokens = false;  // else characters
    qint64 sum = 0;
    qint64 p50 = 0, p90 = 0, p99 = 0, longest = 0;
    QVector<LengthBucket> histogram;
};

struct Truncation {
    qint64 longest = 0;  // that the model takes
    qint64 rows = 0;     // longer than that
    qint64 tokens = 0;   // beyond it
};

/// Neighbouring tokens, of which all or none are learned.
struct MaskRun {
    QString text;
    bool learned = false;
};

struct MaskedRow {
    qint64 line = 0;
    QString part;  // "chosen", "rejected" of a pair; else empty
    QVector<MaskRun> runs;
};

struct DataReport {
    QString container;  // "jsonl", "csv", ...
    QString form;       // "openai_chat", "alpaca", ...
    QString kind;       // "chat", "preference", "text", ...
    qint64 rows = 0;
    bool trainable = false;
    QVector<ReportFinding> findings;
    QVector<DataRow> preview;
    std::optional<RowLengths> lengths;
    qint64 learnedTokens = 0;
    std::optional<Truncation> truncation;  // with a model
    QVector<MaskedRow> masks;              // with a model
};

struct DataSetEntry {
    QString id;
    QString name;
    qint64 createdAt = 0;
};

struct DataVersion {
    qint64 number = 0;
    QString fileId;
    QString sha256;
    QString kind;
    qint64 rows = 0;
    qint64 createdAt = 0;
};

struct VersionDiff {
    qint64 from = 0, to = 0;
    qint64 added = 0, removed = 0, changed = 0, unchanged = 0;
};

}  // namespace hearth::ui
