#include "storage/migrations/migrations.h"

namespace hearth::storage {

extern const Migration kControl0007;
const Migration kControl0007{7, "job warnings", R"sql(
-- Of a job's many events the few that are alarms.
CREATE INDEX job_events_warnings ON job_events(job_id, seq) WHERE level = 'warn';
)sql"};

}  // namespace hearth::storage
