// The bytes of a request's body, in memory or in an unlinked temporary file.
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.h"
#include "core/unique_fd.h"

namespace hearth::app {

/// Written once, piece by piece, then read. A large body lies in a file that has no name
/// (nothing is left behind, whatever happens) and is mapped for reading, so that a reader
/// sees a string_view in both cases.
class Body {
public:
    Body() = default;
    explicit Body(std::string text) : m_memory(std::move(text)) {}

    /// A body that grows in a nameless file below `directory`.
    static core::Result<Body> spooled(const std::filesystem::path& directory);

    /// DiskFull when the file cannot grow.
    core::Status append(std::string_view bytes);

    /// REQUIRES: called once, after the last append and before bytes().
    core::Status finish();

    /// Valid as long as the body.
    std::string_view bytes() const;
    std::uint64_t size() const { return m_file.valid() ? m_fileBytes : m_memory.size(); }

private:
    struct Unmap {
        Unmap() : bytes(0) {}
        explicit Unmap(std::uint64_t size) : bytes(size) {}
        void operator()(const char* begin) const noexcept;

        std::uint64_t bytes;
    };

    std::string m_memory;
    core::UniqueFd m_file;
    std::uint64_t m_fileBytes = 0;
    std::unique_ptr<const char, Unmap> m_mapped;
};

}  // namespace hearth::app
