#include "storage/migrations/migrations.h"

namespace hearth::storage {

extern const Migration kMetrics0001;
const Migration kMetrics0001{1, "initial", R"sql(
CREATE TABLE samples(
    job_id TEXT NOT NULL,
    series TEXT NOT NULL,
    step INTEGER NOT NULL,
    owner_id TEXT NOT NULL,
    department_id TEXT NOT NULL,
    time_ms INTEGER NOT NULL,
    value REAL NOT NULL,
    PRIMARY KEY(job_id, series, step)
) WITHOUT ROWID;

CREATE TABLE usage(
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    request_id TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    department_id TEXT NOT NULL,
    key_id TEXT NOT NULL,
    model_id TEXT NOT NULL,
    prompt_tokens INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    time_ms INTEGER NOT NULL
);
CREATE INDEX usage_by_time ON usage(time_ms);
)sql"};

}  // namespace hearth::storage
