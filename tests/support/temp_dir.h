#pragma once
#include <filesystem>
#include <string>
#include <string_view>

namespace hearth::test {

/// A folder of its own for one test, removed with everything in it.
class TempDir {
public:
    TempDir();
    ~TempDir();
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;

    const std::filesystem::path& path() const { return m_path; }
    std::filesystem::path operator/(std::string_view name) const { return m_path / name; }

private:
    std::filesystem::path m_path;
};

/// Makes every write beyond `bytes` of a file fail as on a full disk (EFBIG through
/// RLIMIT_FSIZE), in this process, while it lives. Works without privileges.
class FileSizeLimit {
public:
    explicit FileSizeLimit(unsigned long bytes);
    ~FileSizeLimit();
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

private:
    unsigned long m_previous;
    void (*m_handler)(int);
};

/// Plain file access that shares no code with the product.
std::string slurp(const std::filesystem::path& path);
void spit(const std::filesystem::path& path, std::string_view content);
/// Regular files beneath `directory`, at any depth.
std::size_t countFiles(const std::filesystem::path& directory);

}  // namespace hearth::test
