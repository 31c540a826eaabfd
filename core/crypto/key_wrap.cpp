#include "core/crypto/key_wrap.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "core/crypto/aead.h"
#include "core/crypto/random.h"
#include "core/file.h"
#include "core/strings.h"

namespace hearth::core {
namespace {

constexpr std::string_view kFileLead = "hearth-master-key-1 ";

std::string wrapAad(std::string_view objectId) {
    return "hearth.key.v1:" + std::string(objectId);
}

Error keyFileError(ErrorCode code, std::string message, const std::filesystem::path& file) {
    return {code, std::move(message), file.string()};
}

Status checkPrivate(int fd, const std::filesystem::path& file) {
    struct stat info {};
    if (::fstat(fd, &info) != 0)
        return errnoError(errno, "read", file);
    if (!S_ISREG(info.st_mode))
        return keyFileError(ErrorCode::DataCorrupt, "the master key is not a regular file", file);
    if ((info.st_mode & 077) != 0)
        return keyFileError(ErrorCode::PermissionDenied,
                            "the master key can be reached by others; run: chmod 600 FILE", file);
    return {};
}

}  // namespace

std::vector<std::byte> wrapKey(const SecureBytes& masterKey, const SecureBytes& dataKey,
                               std::string_view objectId) {
    CORE_ASSERT(dataKey.size() == kDataKeyBytes);
    Nonce nonce;
    randomBytes(nonce);
    std::vector<std::byte> wrapped(kWrappedKeyBytes);
    std::copy(nonce.begin(), nonce.end(), wrapped.begin());
    aeadSeal(masterKey, nonce, asBytes(wrapAad(objectId)), dataKey.span(),
             std::span(wrapped).subspan(nonce.size()));
    return wrapped;
}

Result<SecureBytes> unwrapKey(const SecureBytes& masterKey, std::span<const std::byte> wrapped,
                              std::string_view objectId) {
    const Error refused{ErrorCode::DataCorrupt,
                        "the object's key does not open with this node's master key",
                        printable(objectId)};
    if (wrapped.size() != kWrappedKeyBytes)
        return refused;
    Nonce nonce;
    std::copy_n(wrapped.begin(), nonce.size(), nonce.begin());
    SecureBytes dataKey(kDataKeyBytes);
    if (!aeadOpen(masterKey, nonce, asBytes(wrapAad(objectId)), wrapped.subspan(nonce.size()),
                  dataKey.span()))
        return refused;
    return dataKey;
}

Status createMasterKey(const std::filesystem::path& file) {
    CORE_ASSIGN(const UniqueFd fd, openFile(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600));
    const SecureBytes key = randomKey(kDataKeyBytes);
    std::string text = std::string(kFileLead) + toHex(key.span()) + "\n";
    Status written = writeAll(fd.get(), asBytes(text), file);
    wipe(std::as_writable_bytes(std::span(text)));
    if (written.ok() && ::fsync(fd.get()) != 0)
        written = errnoError(errno, "flush", file);
    if (!written) {
        std::error_code ignored;
        std::filesystem::remove(file, ignored);
        return written;
    }
    return fsyncDirectory(file.parent_path());
}

Result<SecureBytes> loadMasterKey(const std::filesystem::path& file) {
    CORE_ASSIGN(const UniqueFd fd, openFile(file, O_RDONLY | O_NOFOLLOW));
    CORE_TRY(checkPrivate(fd.get(), file));
    SecureBytes text(kFileLead.size() + 2 * kDataKeyBytes);
    CORE_TRY(readAt(fd.get(), 0, text.span(), file));
    auto key = fromHex(text.view().substr(kFileLead.size()));
    if (!text.view().starts_with(kFileLead) || !key)
        return keyFileError(ErrorCode::DataCorrupt, "this is not a master key file", file);
    SecureBytes master = SecureBytes::copyOf(*key);
    wipe(*key);
    return master;
}

}  // namespace hearth::core
