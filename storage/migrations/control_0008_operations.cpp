#include "storage/migrations/migrations.h"

namespace hearth::storage {

extern const Migration kControl0008;
const Migration kControl0008{8, "operations", R"sql(
-- What a node does in the background on somebody's request and then has an outcome. `subject` is, by
-- kind: of a probe its base model, of a verification its job, of a merge the new model's name.
CREATE TABLE operations(
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    owner_id TEXT NOT NULL REFERENCES users(id),
    department_id TEXT NOT NULL REFERENCES departments(id),
    kind TEXT NOT NULL CHECK(kind IN ('probe', 'verification', 'merge')),
    subject TEXT NOT NULL,
    status TEXT NOT NULL CHECK(status IN ('running', 'succeeded', 'failed', 'cancelled')),
    -- JSON: what it came to.
    result TEXT,
    error_code TEXT,
    error_message TEXT,
    error_param TEXT,
    created_at INTEGER NOT NULL,
    finished_at INTEGER
);
CREATE INDEX operations_by_department ON operations(department_id, seq);
CREATE INDEX operations_by_subject ON operations(kind, subject, seq);
)sql"};

}  // namespace hearth::storage
