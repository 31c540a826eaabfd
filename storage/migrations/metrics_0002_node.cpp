#include "storage/migrations/migrations.h"

namespace hearth::storage {

extern const Migration kMetrics0002;
const Migration kMetrics0002{2, "node", R"sql(
-- How the node did in the interval_ms before time: counts of that interval, and levels at its
-- end. first_token_ms is the sum over first_tokens requests.
CREATE TABLE node_samples(
    time INTEGER PRIMARY KEY,
    interval_ms INTEGER NOT NULL,
    prompt_tokens INTEGER NOT NULL,
    generated_tokens INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    first_tokens INTEGER NOT NULL,
    first_token_ms INTEGER NOT NULL,
    running INTEGER NOT NULL,
    waiting INTEGER NOT NULL,
    kv_bytes_used INTEGER NOT NULL,
    rss_bytes INTEGER NOT NULL,
    cpu_share REAL NOT NULL
);
)sql"};

}  // namespace hearth::storage
