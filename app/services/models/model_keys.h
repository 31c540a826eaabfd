// Keys of private models: made with the model, wrapped by the node's master key in the model's row,
// gone with that row.
#pragma once
#include <vector>

#include "core/crypto/key_ring.h"
#include "core/crypto/secure_bytes.h"
#include "core/result.h"
#include "storage/data_directory.h"
#include "storage/model_repository.h"

namespace hearth::app {

/// Threading: every method may be called from any thread.
class ModelKeys {
public:
    /// Throws core::Exception when the master key cannot be read.
    explicit ModelKeys(storage::DataDirectory& data);

    /// What a model's row has of `key`.
    std::vector<std::byte> wrap(const std::string& modelId, const core::SecureBytes& key) const;
    /// REQUIRES: the row has a key. Errors: DataCorrupt.
    core::Result<core::SecureBytes> unwrap(const storage::ModelRow& row) const;
    /// Lets this process open the model's files while the result lives; nothing for a model whose
    /// files are plain. Errors: DataCorrupt.
    core::Result<core::KeyRing::Held> hold(const storage::ModelRow& row) const;

private:
    storage::DataDirectory& m_data;
    core::SecureBytes m_master;
};

}  // namespace hearth::app
