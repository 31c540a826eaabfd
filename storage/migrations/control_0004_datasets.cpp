#include "storage/migrations/migrations.h"

namespace hearth::storage {

extern const Migration kControl0004;
const Migration kControl0004{4, "datasets", R"sql(
-- How a training file is spelled ("csv", "alpaca"); '' for other files and those from before.
ALTER TABLE files ADD COLUMN container TEXT NOT NULL DEFAULT '';
ALTER TABLE files ADD COLUMN form TEXT NOT NULL DEFAULT '';

-- The hashes of a training file's rows, sealed, for lineage. No reference to the file: what a model was
-- trained on is known after the file is gone.
CREATE TABLE file_row_hashes(
    file_id TEXT PRIMARY KEY,
    filename TEXT NOT NULL,
    owner_id TEXT NOT NULL REFERENCES users(id),
    department_id TEXT NOT NULL REFERENCES departments(id),
    blob_id TEXT NOT NULL REFERENCES blobs(id)
) WITHOUT ROWID;

CREATE TABLE datasets(
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    owner_id TEXT NOT NULL REFERENCES users(id),
    department_id TEXT NOT NULL REFERENCES departments(id),
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE(department_id, name)
);

-- A version never changes. Its content is a file, so that whatever takes a file takes a version;
-- the reference keeps that file from being deleted by itself. `source` is JSON: what it was made of.
CREATE TABLE dataset_versions(
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    dataset_id TEXT NOT NULL REFERENCES datasets(id),
    owner_id TEXT NOT NULL REFERENCES users(id),
    department_id TEXT NOT NULL REFERENCES departments(id),
    number INTEGER NOT NULL,
    file_id TEXT NOT NULL UNIQUE REFERENCES files(id),
    sha256 TEXT NOT NULL,
    kind TEXT NOT NULL CHECK(kind IN ('chat', 'text', 'preference', 'prompt')),
    row_count INTEGER NOT NULL,
    source TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE(dataset_id, number)
);
CREATE INDEX dataset_versions_by_content ON dataset_versions(sha256);
)sql"};

}  // namespace hearth::storage
