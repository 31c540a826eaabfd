#include "storage/migrations/migrations.h"

namespace hearth::storage {

extern const Migration kControl0003;
const Migration kControl0003{3, "calendar", R"sql(
-- What starts jobs. `starts_at` is, by kind: a cron expression, a local time, the id of a job or of a
-- schedule, the name of a data set.
CREATE TABLE schedules(
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    owner_id TEXT NOT NULL REFERENCES users(id),
    department_id TEXT NOT NULL REFERENCES departments(id),
    name TEXT NOT NULL,
    status TEXT NOT NULL CHECK(status IN ('active', 'paused', 'ended')),
    kind TEXT NOT NULL CHECK(kind IN ('cron', 'once', 'after', 'on_change')),
    starts_at TEXT NOT NULL,
    settings TEXT NOT NULL,
    job TEXT NOT NULL,
    handled_until INTEGER NOT NULL,
    next_start INTEGER,
    seen_file TEXT,
    seen_sha256 TEXT,
    missed_starts INTEGER NOT NULL DEFAULT 0,
    note TEXT,
    created_at INTEGER NOT NULL
);
CREATE INDEX schedules_by_department ON schedules(department_id, seq);
CREATE INDEX schedules_by_status ON schedules(status, kind, next_start);

-- One row for each occurrence that was dealt with. UNIQUE is what keeps a restarted or crashed node
-- from starting one twice: the row and its job come in one transaction.
CREATE TABLE schedule_starts(
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    schedule_id TEXT NOT NULL REFERENCES schedules(id) ON DELETE CASCADE,
    owner_id TEXT NOT NULL,
    department_id TEXT NOT NULL,
    occurrence TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    job_id TEXT,
    UNIQUE(schedule_id, occurrence)
);

-- One row for each worker of a job: what a department used, and how fast a base trains here.
CREATE TABLE job_runs(
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id TEXT NOT NULL REFERENCES jobs(id) ON DELETE CASCADE,
    owner_id TEXT NOT NULL,
    department_id TEXT NOT NULL,
    model_id TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    tokens INTEGER NOT NULL DEFAULT 0,
    outcome TEXT
);
CREATE INDEX job_runs_by_job ON job_runs(job_id);
CREATE INDEX job_runs_by_model ON job_runs(model_id, seq);
CREATE INDEX job_runs_by_time ON job_runs(ended_at);

ALTER TABLE jobs ADD COLUMN schedule_id TEXT;
-- JSON: the time zone, windows, blackouts and retries that came with the schedule.
ALTER TABLE jobs ADD COLUMN calendar TEXT NOT NULL DEFAULT '{}';
ALTER TABLE jobs ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN not_before INTEGER NOT NULL DEFAULT 0;
-- JSON: how often it was tried again, by class of error.
ALTER TABLE jobs ADD COLUMN retries TEXT NOT NULL DEFAULT '{}';
ALTER TABLE jobs ADD COLUMN planned_tokens INTEGER NOT NULL DEFAULT 0;
CREATE INDEX jobs_by_schedule ON jobs(schedule_id);
)sql"};

}  // namespace hearth::storage
