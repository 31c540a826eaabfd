#include "app/services/node/log_tail.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "core/file.h"
#include "core/strings.h"

namespace hearth::app {
namespace {

constexpr uint64_t kMaxBytes = 4 << 20;

}  // namespace

core::Result<std::vector<std::string>> lastLines(const std::filesystem::path& file, size_t count) {
    CORE_ASSIGN(const auto fd, core::openFile(file, O_RDONLY));
    struct stat facts {};
    if (::fstat(fd.get(), &facts) != 0)
        return core::errnoError(errno, "read", file);
    const uint64_t size = uint64_t(facts.st_size);
    const uint64_t start = size - std::min(size, kMaxBytes);
    std::string text(size - start, '\0');
    CORE_TRY(core::readAt(fd.get(), start, std::as_writable_bytes(std::span(text)), file));
    // What follows the last newline is being written.
    text.resize(text.rfind('\n') == std::string::npos ? 0 : text.rfind('\n'));
    auto parts = core::split(text, '\n');
    if (start > 0)
        parts.erase(parts.begin());  // cut in the middle
    const size_t skipped = parts.size() - std::min(parts.size(), count);
    std::vector<std::string> lines(parts.begin() + std::ptrdiff_t(skipped), parts.end());
    if (text.empty())
        lines.clear();
    return lines;
}

}  // namespace hearth::app
