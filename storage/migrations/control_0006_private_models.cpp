#include "storage/migrations/migrations.h"

namespace hearth::storage {

extern const Migration kControl0006;
const Migration kControl0006{6, "private models", R"sql(
-- The key of the sealed files in a private model's folder, wrapped by the master key and bound to the
-- model's id; NULL: its files are plain. Models from before this column are plain.
ALTER TABLE models ADD COLUMN wrapped_key BLOB;
)sql"};

}  // namespace hearth::storage
