#include "storage/migrations/migrations.h"

namespace hearth::storage {

extern const Migration kControl0009;
const Migration kControl0009{9, "key weights", R"sql(
-- How large the share of serving is that a key's requests take for their user.
ALTER TABLE api_keys ADD COLUMN weight REAL NOT NULL DEFAULT 1 CHECK(weight > 0);
)sql"};

}  // namespace hearth::storage
