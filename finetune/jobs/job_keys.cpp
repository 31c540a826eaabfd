#include "finetune/jobs/job_keys.h"

#include "core/crypto/sealed_file.h"

namespace hearth::finetune {

core::Status JobKeys::add(const std::string& name, core::SecureBytes key) {
    if (key.size() != core::kSealedKeyBytes)
        return core::Error{
            core::ErrorCode::InvalidArgument, "key '" + name + "' must have 32 bytes", {}};
    m_keys.insert_or_assign(name, std::move(key));
    return {};
}

core::Result<const core::SecureBytes*> JobKeys::find(const std::string& name) const {
    if (name.empty())
        return nullptr;
    const auto found = m_keys.find(name);
    if (found == m_keys.end())
        return core::Error{
            core::ErrorCode::NotFound, "the job was given no key named '" + name + "'", {}};
    return &found->second;
}

}  // namespace hearth::finetune
