#include "core/crypto/key_ring.h"

namespace hearth::core {
namespace fs = std::filesystem;
namespace {

/// One spelling for each folder.
std::string spelled(const fs::path& folder) {
    std::error_code failed;
    const fs::path whole = fs::weakly_canonical(fs::absolute(folder), failed);
    const fs::path& path = failed ? folder : whole;
    return (path.has_filename() ? path : path.parent_path()).string();
}

}  // namespace

KeyRing::Held::~Held() {
    if (!m_ring)
        return;
    std::lock_guard lock(m_ring->m_mutex);
    m_ring->m_keys.erase(m_key);
}

KeyRing& KeyRing::instance() {
    static KeyRing ring;
    return ring;
}

KeyRing::Held KeyRing::hold(const fs::path& folder, const SecureBytes& key) {
    Key entry{spelled(folder), SecureBytes::copyOf(key.span())};
    std::lock_guard lock(m_mutex);
    m_keys.push_front(std::move(entry));
    return {*this, m_keys.begin()};
}

Result<SecureBytes> KeyRing::find(const fs::path& file) const {
    const std::string folder = spelled(file.parent_path());
    std::lock_guard lock(m_mutex);
    for (const Key& key : m_keys)
        if (key.folder == folder)
            return SecureBytes::copyOf(key.bytes.span());
    return Error{ErrorCode::PermissionDenied,
                 "the file is encrypted, and only the node that it belongs to has the key; export "
                 "the model from the node (hearth model export) to use it elsewhere",
                 file.string()};
}

}  // namespace hearth::core
