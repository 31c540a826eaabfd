#include "app/api/http/body.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>

#include "core/assert.h"
#include "core/file.h"

namespace hearth::app {
namespace {

int openNameless(const std::filesystem::path& directory) {
    const int file = ::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file >= 0 || (errno != EOPNOTSUPP && errno != EISDIR))
        return file;
    // Some file systems lack O_TMPFILE: unlink at once instead.
    std::string name = (directory / "upload-XXXXXX").string();
    const int named = ::mkostemp(name.data(), O_CLOEXEC);
    if (named >= 0)
        ::unlink(name.c_str());
    return named;
}

}  // namespace

core::Result<Body> Body::spooled(const std::filesystem::path& directory) {
    Body body;
    body.m_file.reset(openNameless(directory));
    if (!body.m_file.valid())
        return core::errnoError(errno, "open a temporary file for an upload below", directory);
    return body;
}

core::Status Body::append(std::string_view bytes) {
    if (!m_file.valid()) {
        m_memory.append(bytes);
        return {};
    }
    CORE_TRY(core::writeAll(m_file.get(), core::asBytes(bytes), "the upload's temporary file"));
    m_fileBytes += bytes.size();
    return {};
}

core::Status Body::finish() {
    if (!m_file.valid() || m_fileBytes == 0)
        return {};
    void* mapped = ::mmap(nullptr, m_fileBytes, PROT_READ, MAP_PRIVATE, m_file.get(), 0);
    if (mapped == MAP_FAILED)
        return core::errnoError(errno, "map", "the upload's temporary file");
    m_mapped = {static_cast<const char*>(mapped), Unmap{m_fileBytes}};
    return {};
}

std::string_view Body::bytes() const {
    if (!m_file.valid())
        return m_memory;
    CORE_ASSERT(m_mapped != nullptr || m_fileBytes == 0);
    return {m_mapped.get(), m_fileBytes};
}

void Body::Unmap::operator()(const char* begin) const noexcept {
    ::munmap(const_cast<char*>(begin), bytes);
}

}  // namespace hearth::app
