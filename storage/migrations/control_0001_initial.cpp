#include "storage/migrations/migrations.h"

namespace hearth::storage {

// Every table of a tenant's data has owner_id and department_id. `seq` orders lists: it is never
// used again and survives VACUUM, unlike a bare rowid. Times are unix seconds unless named _ms.
extern const Migration kControl0001;
const Migration kControl0001{1, "initial", R"sql(
CREATE TABLE departments(
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    created_at INTEGER NOT NULL
);

-- A user owns itself.
CREATE TABLE users(
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    department_id TEXT NOT NULL REFERENCES departments(id),
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL CHECK(role IN ('admin', 'user')),
    disabled INTEGER NOT NULL DEFAULT 0,
    failed_logins INTEGER NOT NULL DEFAULT 0,
    blocked_until INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    last_login_at INTEGER
);

INSERT INTO departments(id, name, created_at) VALUES('default', 'Default', unixepoch());
-- Owns what nobody made, such as the demo model. An empty hash matches no password.
INSERT INTO users(id, department_id, name, password_hash, role, disabled, created_at)
VALUES('system', 'default', 'system', '', 'admin', 1, unixepoch());

CREATE TABLE sessions(
    token_hash TEXT PRIMARY KEY,
    owner_id TEXT NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    department_id TEXT NOT NULL REFERENCES departments(id),
    address TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX sessions_by_owner ON sessions(owner_id);
CREATE INDEX sessions_by_expiry ON sessions(expires_at);

CREATE TABLE api_keys(
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    owner_id TEXT NOT NULL REFERENCES users(id),
    department_id TEXT NOT NULL REFERENCES departments(id),
    hash TEXT NOT NULL UNIQUE,
    prefix TEXT NOT NULL,
    name TEXT NOT NULL,
    permissions TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    last_used_at INTEGER,
    revoked_at INTEGER
);

CREATE TABLE blobs(
    id TEXT PRIMARY KEY CHECK(length(id) = 64),
    owner_id TEXT NOT NULL REFERENCES users(id),
    department_id TEXT NOT NULL REFERENCES departments(id),
    wrapped_key BLOB NOT NULL,
    plain_bytes INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE files(
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    owner_id TEXT NOT NULL REFERENCES users(id),
    department_id TEXT NOT NULL REFERENCES departments(id),
    blob_id TEXT NOT NULL REFERENCES blobs(id),
    filename TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    purpose TEXT NOT NULL,
    status TEXT NOT NULL CHECK(status IN ('uploaded', 'processed', 'error')),
    status_details TEXT,
    sha256 TEXT NOT NULL,
    line_count INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL
);
CREATE INDEX files_by_department ON files(department_id, seq);

CREATE TABLE models(
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    owner_id TEXT NOT NULL REFERENCES users(id),
    department_id TEXT NOT NULL REFERENCES departments(id),
    kind TEXT NOT NULL CHECK(kind IN ('base', 'adapter')),
    base_model_id TEXT REFERENCES models(id),
    job_id TEXT,
    path TEXT,
    visibility TEXT NOT NULL CHECK(visibility IN ('department', 'everyone')),
    metadata TEXT NOT NULL DEFAULT '{}',
    created_at INTEGER NOT NULL,
    CHECK((kind = 'adapter') = (base_model_id IS NOT NULL))
);

-- The encrypted files of an adapter or a private model.
CREATE TABLE model_files(
    model_id TEXT NOT NULL REFERENCES models(id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    owner_id TEXT NOT NULL REFERENCES users(id),
    department_id TEXT NOT NULL REFERENCES departments(id),
    blob_id TEXT NOT NULL REFERENCES blobs(id),
    PRIMARY KEY(model_id, name)
) WITHOUT ROWID;

CREATE TABLE jobs(
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    owner_id TEXT NOT NULL REFERENCES users(id),
    department_id TEXT NOT NULL REFERENCES departments(id),
    status TEXT NOT NULL CHECK(status IN
        ('validating_files', 'queued', 'running', 'succeeded', 'failed', 'cancelled')),
    model_id TEXT NOT NULL,
    training_file TEXT NOT NULL,
    validation_file TEXT,
    fine_tuned_model TEXT,
    spec TEXT NOT NULL,
    metadata TEXT NOT NULL DEFAULT '{}',
    seed INTEGER NOT NULL,
    trained_tokens INTEGER NOT NULL DEFAULT 0,
    error_code TEXT,
    error_message TEXT,
    error_param TEXT,
    cancel_requested INTEGER NOT NULL DEFAULT 0,
    worker_pid INTEGER,
    resume_count INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    finished_at INTEGER,
    estimated_finish INTEGER
);
CREATE INDEX jobs_by_department ON jobs(department_id, seq);
CREATE INDEX jobs_by_status ON jobs(status, seq);

CREATE TABLE job_events(
    job_id TEXT NOT NULL REFERENCES jobs(id) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    id TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    department_id TEXT NOT NULL,
    level TEXT NOT NULL CHECK(level IN ('info', 'warn', 'error')),
    type TEXT NOT NULL CHECK(type IN ('message', 'metrics')),
    message TEXT NOT NULL,
    data TEXT NOT NULL DEFAULT '{}',
    created_at INTEGER NOT NULL,
    PRIMARY KEY(job_id, seq)
) WITHOUT ROWID;

CREATE TABLE job_checkpoints(
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    job_id TEXT NOT NULL REFERENCES jobs(id) ON DELETE CASCADE,
    owner_id TEXT NOT NULL,
    department_id TEXT NOT NULL,
    step INTEGER NOT NULL,
    model_id TEXT NOT NULL,
    metrics TEXT NOT NULL DEFAULT '{}',
    created_at INTEGER NOT NULL,
    UNIQUE(job_id, step)
);

-- owner_id: who acted. No reference, so that the chain outlives the users it names.
CREATE TABLE audit(
    seq INTEGER PRIMARY KEY,
    time_ms INTEGER NOT NULL,
    owner_id TEXT NOT NULL,
    department_id TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    detail TEXT NOT NULL,
    request_id TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL
);
)sql"};

}  // namespace hearth::storage
