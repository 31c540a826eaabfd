#include "engine/formats/packed_stamp.h"

#include <nlohmann/json.hpp>

#include "core/file.h"
#include "core/json.h"
#include "core/strings.h"

namespace hearth::engine {
namespace {

constexpr uint64_t kMaxStampBytes = 4096;

/// Compared as text, so what is not a stamp at all is no different from one of another file.
std::string stampText(const PackedFile& file) {
    const FileIdentity& identity = file.identity();
    return core::dumpJson(nlohmann::json{{"version", 1},
                                         {"device", identity.device},
                                         {"inode", identity.inode},
                                         {"bytes", identity.bytes},
                                         {"modified_ns", identity.modified_ns},
                                         {"changed_ns", identity.changed_ns},
                                         {"first_page_sha256", core::toHex(file.digest())}}) +
           "\n";
}

}  // namespace

std::filesystem::path packedStampPath(const std::filesystem::path& file) {
    return file.parent_path() / ("." + file.filename().string() + ".verified");
}

bool isStamped(const PackedFile& file) {
    const auto text = core::readTextFile(packedStampPath(file.path()), kMaxStampBytes);
    return text && *text == stampText(file);
}

void stamp(const PackedFile& file) {
    if (file.identity().changed_ns + std::chrono::nanoseconds(kStampAge).count() > file.openedNs())
        return;
    // Without a stamp the next load hashes the file again, which is all that is lost.
    static_cast<void>(core::writeFileAtomic(packedStampPath(file.path()), stampText(file)));
}

void removeStamp(const PackedFile& file) {
    std::error_code ignored;
    std::filesystem::remove(packedStampPath(file.path()), ignored);
}

}  // namespace hearth::engine
