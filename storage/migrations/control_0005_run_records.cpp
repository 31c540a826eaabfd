#include "storage/migrations/migrations.h"

namespace hearth::storage {

extern const Migration kControl0005;
const Migration kControl0005{5, "run records", R"sql(
-- What a job was made from, on what, and what came of it, as JSON (docs/training.md).
CREATE TABLE job_records(
    job_id TEXT PRIMARY KEY REFERENCES jobs(id) ON DELETE CASCADE,
    owner_id TEXT NOT NULL REFERENCES users(id),
    department_id TEXT NOT NULL REFERENCES departments(id),
    record TEXT NOT NULL
) WITHOUT ROWID;
)sql"};

}  // namespace hearth::storage
