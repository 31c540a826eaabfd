#include "app/services/models/model_keys.h"

#include "core/crypto/key_wrap.h"

namespace hearth::app {
namespace {

/// A blob and a model of one name are different objects.
std::string objectOf(const std::string& modelId) {
    return "model:" + modelId;
}

}  // namespace

ModelKeys::ModelKeys(storage::DataDirectory& data)
    : m_data(data), m_master(core::loadMasterKey(data.paths().masterKey()).valueOrThrow()) {}

std::vector<std::byte> ModelKeys::wrap(const std::string& modelId,
                                       const core::SecureBytes& key) const {
    return core::wrapKey(m_master, key, objectOf(modelId));
}

core::Result<core::SecureBytes> ModelKeys::unwrap(const storage::ModelRow& row) const {
    auto key = core::unwrapKey(m_master, row.wrappedKey, objectOf(row.id));
    if (key)
        return key;
    return core::Error{core::ErrorCode::DataCorrupt,
                       "the key of the private model '" + row.id +
                           "' does not open: it was changed, or sealed under another master key",
                       "models"};
}

core::Result<core::KeyRing::Held> ModelKeys::hold(const storage::ModelRow& row) const {
    if (row.wrappedKey.empty() || !row.path)
        return core::KeyRing::Held();
    CORE_ASSIGN(const core::SecureBytes key, unwrap(row));
    return core::KeyRing::instance().hold(m_data.paths().root / *row.path, key);
}

}  // namespace hearth::app
