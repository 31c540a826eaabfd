// A note beside a packed file that the whole of it was hashed, so that the next load need not wait
// for that again. docs/formats.md describes it.
#pragma once
#include <chrono>
#include <filesystem>

#include "engine/formats/packed_file.h"

namespace hearth::engine {

/// What a file's last change must be older than for a stamp. Times of files move in ticks of the
/// kernel, of 10 ms at most, and two writes within one leave the same identity.
inline constexpr std::chrono::milliseconds kStampAge{100};

/// ".NAME.verified" beside the file.
std::filesystem::path packedStampPath(const std::filesystem::path& file);

/// Whether the file that is mapped is the one that was stamped: the same first page and the same
/// FileIdentity, so that nothing was written to it since.
bool isStamped(const PackedFile& file);

/// Stamps a file whose every chunk was hashed since it was opened. Does nothing where no note can
/// be written, and for a file that was changed less than kStampAge before it was opened.
void stamp(const PackedFile& file);

void removeStamp(const PackedFile& file);

}  // namespace hearth::engine
