#include "storage/migrations/migrations.h"

namespace hearth::storage {

extern const Migration kControl0002;
const Migration kControl0002{2, "serving", R"sql(
-- Whether a model is to be served; 0: it is kept on disk only.
ALTER TABLE models ADD COLUMN wanted INTEGER NOT NULL DEFAULT 1;

-- Size and SHA-256 of what each file of a model holds, decrypted.
CREATE TABLE model_contents(
    model_id TEXT NOT NULL REFERENCES models(id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    owner_id TEXT NOT NULL REFERENCES users(id),
    department_id TEXT NOT NULL REFERENCES departments(id),
    bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY(model_id, name)
) WITHOUT ROWID;

-- The hyperparameters that a job runs with, as JSON; '{}' for jobs from before this column.
ALTER TABLE jobs ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';
)sql"};

}  // namespace hearth::storage
