// The keys of a job's sealed files, by the names the specification uses. They come over the
// worker's socket and are never written anywhere.
#pragma once
#include <map>
#include <string>

#include "core/crypto/secure_bytes.h"
#include "core/result.h"

namespace hearth::finetune {

class JobKeys {
public:
    /// Errors: InvalidArgument for a key of the wrong length.
    core::Status add(const std::string& name, core::SecureBytes key);

    /// Null for the empty name (a plain file). Errors: NotFound.
    core::Result<const core::SecureBytes*> find(const std::string& name) const;

private:
    std::map<std::string, core::SecureBytes> m_keys;
};

}  // namespace hearth::finetune
