#include "tests/fuzz/fuzz_support.h"

#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>

#include "core/assert.h"

namespace hearth::fuzz {

namespace {

constexpr std::string_view kSeparator = "\n====\n";

class ScratchDirectory {
public:
    ScratchDirectory() {
        const std::filesystem::path memory = "/dev/shm";
        std::string name =
            (std::filesystem::is_directory(memory) ? memory
                                                   : std::filesystem::temp_directory_path()) /
            "hearth-fuzz-XXXXXX";
        CORE_ASSERT(mkdtemp(name.data()) != nullptr);
        m_path = name;
    }
    ~ScratchDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(m_path, ignored);
    }
    ScratchDirectory(const ScratchDirectory&) = delete;
    ScratchDirectory& operator=(const ScratchDirectory&) = delete;

    const std::filesystem::path& path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

}  // namespace

std::vector<std::string_view> sections(const uint8_t* data, size_t size) {
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    std::vector<std::string_view> parts;
    for (size_t end = rest.find(kSeparator); end != std::string_view::npos;
         end = rest.find(kSeparator)) {
        parts.push_back(rest.substr(0, end));
        rest.remove_prefix(end + kSeparator.size());
    }
    parts.push_back(rest);
    return parts;
}

std::string_view sectionOr(const std::vector<std::string_view>& sections, size_t index,
                           std::string_view fallback) {
    return index < sections.size() ? sections[index] : fallback;
}

const std::filesystem::path& scratchDirectory() {
    static const ScratchDirectory directory;
    return directory.path();
}

void writeFile(const std::filesystem::path& file, std::string_view content) {
    std::ofstream stream(file, std::ios::binary | std::ios::trunc);
    stream.write(content.data(), static_cast<std::streamsize>(content.size()));
    stream.close();
    CORE_ASSERT(stream.good());
}

double threadSeconds() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return double(time.tv_sec) + double(time.tv_nsec) * 1e-9;
}

}  // namespace hearth::fuzz
