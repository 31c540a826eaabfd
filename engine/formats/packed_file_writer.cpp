#include "engine/formats/packed_file_writer.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>

#include "core/file.h"
#include "core/json.h"
#include "core/strings.h"

namespace hearth::engine {
namespace {

using nlohmann::json;

constexpr uint64_t kMaxJournalBytes = uint64_t{256} << 20;
constexpr size_t kReadBytes = 4 << 20;

std::filesystem::path withSuffix(std::filesystem::path path, const char* suffix) {
    path += suffix;
    return path;
}

std::vector<std::string> readLines(const std::filesystem::path& file) {
    const auto text = core::readTextFile(file, kMaxJournalBytes);
    std::vector<std::string> lines;
    if (!text)
        return lines;
    for (const std::string_view line : core::split(*text, '\n'))
        lines.emplace_back(line);
    lines.pop_back();  // what follows the last newline was not finished
    return lines;
}

struct JournalEntry {
    PackedTensor tensor;
    std::string sha256;
};

core::Result<JournalEntry> parseLine(const std::string& line) {
    CORE_ASSIGN(const json object, core::parseJson(line, "the journal"));
    JournalEntry entry;
    CORE_ASSIGN(entry.tensor, parsePackedTensor(object));
    CORE_ASSIGN(entry.sha256, core::readString(object, "sha256", 64));
    return entry;
}

}  // namespace

void ChunkHasher::update(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const auto part =
            bytes.first(std::min<uint64_t>(bytes.size(), kPackedChunkBytes - m_inChunk));
        m_hash.update(part);
        m_inChunk += part.size();
        bytes = bytes.subspan(part.size());
        if (m_inChunk == kPackedChunkBytes) {
            m_done.push_back(m_hash.finish());
            m_hash = core::Sha256();
            m_inChunk = 0;
        }
    }
}

std::vector<core::Digest> ChunkHasher::finish() {
    if (m_inChunk > 0)
        m_done.push_back(m_hash.finish());
    return std::move(m_done);
}

PackedFileWriter::PackedFileWriter(std::filesystem::path target, PackedHeader head,
                                   PackedWriterOptions options)
    : m_target(std::move(target)),
      m_partial(withSuffix(m_target, ".partial")),
      m_journalPath(withSuffix(m_partial, ".journal")),
      m_options(std::move(options)),
      m_header(std::move(head)) {}

core::Result<std::unique_ptr<PackedFileWriter>> PackedFileWriter::create(
    const std::filesystem::path& target, PackedHeader head, PackedWriterOptions options) {
    std::unique_ptr<PackedFileWriter> writer(
        new PackedFileWriter(target, std::move(head), std::move(options)));
    CORE_TRY(writer->open());
    return writer;
}

core::Status PackedFileWriter::beforeIo() const {
    return m_options.before_io ? m_options.before_io() : core::Status();
}

core::Status PackedFileWriter::open() {
    CORE_TRY(beforeIo());
    if (m_options.key) {
        CORE_ASSIGN(auto writer, core::SealedWriter::createWithLateStart(m_target, *m_options.key));
        m_sealed.emplace(std::move(writer));
        m_header.tensors.clear();
        return m_sealed->write(PrologueBytes{});
    }
    CORE_ASSIGN(m_file, core::openFile(m_partial, O_RDWR | O_CREAT));
    if (::flock(m_file.get(), LOCK_EX | LOCK_NB) != 0)
        return core::Error{core::ErrorCode::Conflict, "another import is writing this model",
                           m_partial.string()};
    for (const PackedTensor& tensor : m_header.tensors)
        m_expected += packedTensorBytes(tensor);
    const std::string identity = core::dumpJson(json{
        {"version", kPackedVersion}, {"identity", core::sha256Hex(writePackedHeader(m_header))}});
    m_header.tensors.clear();
    const std::vector<std::string> journal = readLines(m_journalPath);
    if (journal.empty() || journal.front() != identity)
        return startAnew(identity);
    return resume(journal, identity);
}

core::Status PackedFileWriter::startAnew(const std::string& identity) {
    CORE_TRY(beforeIo());
    if (::ftruncate(m_file.get(), 0) != 0 ||
        ::ftruncate(m_file.get(), off_t(kPackedDataOffset)) != 0)
        return core::errnoError(errno, "write", m_partial);
    if (::lseek(m_file.get(), 0, SEEK_END) < 0)
        return core::errnoError(errno, "write", m_partial);
    // The first block begins with the page that is written last.
    m_blocks = HugeBlocks(0, kPackedDataOffset + m_expected);
    return replaceJournal(identity);
}

core::Status PackedFileWriter::resume(const std::vector<std::string>& journal,
                                      const std::string& identity) {
    for (size_t i = 1; i < journal.size(); ++i) {
        const auto entry = parseLine(journal[i]);
        if (!entry || entry->tensor.offset != packedAligned(m_written))
            break;
        CORE_ASSIGN(const bool whole, sound(entry->tensor, entry->sha256));
        if (!whole)
            break;
        m_header.tensors.push_back(entry->tensor);
        m_lines.push_back(journal[i]);
    }
    CORE_TRY(beforeIo());
    // A first page that was written too early must not go with other data.
    const PrologueBytes empty{};
    if (::pwrite(m_file.get(), empty.data(), empty.size(), 0) != ssize_t(empty.size()))
        return core::errnoError(errno, "write", m_partial);
    const auto end = off_t(kPackedDataOffset + m_written);
    if (::ftruncate(m_file.get(), end) != 0 || ::lseek(m_file.get(), end, SEEK_SET) < 0)
        return core::errnoError(errno, "write", m_partial);
    m_blocks = HugeBlocks(uint64_t(end), kPackedDataOffset + m_expected);
    return replaceJournal(identity);
}

/// Reads a tensor that an earlier import wrote, with the gap before it, and takes it into the
/// chunks' hashes. False, and nothing taken in, when it is not what the journal says.
core::Result<bool> PackedFileWriter::sound(const PackedTensor& tensor, const std::string& sha256) {
    CORE_TRY(beforeIo());
    struct stat info {};
    if (::fstat(m_file.get(), &info) != 0)
        return core::errnoError(errno, "read", m_partial);
    const uint64_t end = tensor.offset + tensor.bytes;
    if (uint64_t(info.st_size) < kPackedDataOffset + end)
        return false;
    std::vector<std::byte> buffer(kReadBytes);
    const auto read = [&](uint64_t offset, uint64_t bytes, auto&& take) -> core::Status {
        for (uint64_t done = 0; done < bytes;) {
            const auto part = std::span(buffer).first(std::min<uint64_t>(kReadBytes, bytes - done));
            CORE_TRY(
                core::readAt(m_file.get(), kPackedDataOffset + offset + done, part, m_partial));
            take(part);
            done += part.size();
        }
        return {};
    };
    core::Sha256 hash;
    CORE_TRY(read(tensor.offset, tensor.bytes, [&](auto part) { hash.update(part); }));
    if (hash.finishHex() != sha256)
        return false;
    CORE_TRY(read(m_written, end - m_written, [&](auto part) { m_chunks.update(part); }));
    m_written = end;
    return true;
}

core::Status PackedFileWriter::replaceJournal(const std::string& identity) {
    CORE_TRY(beforeIo());
    std::string text = identity + "\n";
    for (const std::string& line : m_lines)
        text += line + "\n";
    CORE_TRY(core::writeFileAtomic(m_journalPath, text));
    CORE_ASSIGN(m_journal, core::openFile(m_journalPath, O_WRONLY | O_APPEND));
    return {};
}

core::Status PackedFileWriter::appendJournal(const std::string& line) {
    if (m_sealed)
        return {};
    CORE_TRY(beforeIo());
    return core::writeAll(m_journal.get(), core::asBytes(line + "\n"), m_journalPath);
}

core::Status PackedFileWriter::put(std::span<const std::byte> bytes) {
    CORE_TRY(beforeIo());
    return m_sealed ? m_sealed->write(bytes) : core::writeAll(m_file.get(), bytes, m_partial);
}

core::Status PackedFileWriter::write(std::span<const std::byte> bytes) {
    if (!m_sealed)
        CORE_TRY(
            m_blocks.reach(m_file.get(), kPackedDataOffset + m_written + bytes.size(), m_partial));
    CORE_TRY(put(bytes));
    m_chunks.update(bytes);
    m_written += bytes.size();
    return {};
}

core::Status PackedFileWriter::pad(uint64_t offset) {
    static constexpr std::array<std::byte, kPackedAlignment> kZeros{};
    return write(std::span(kZeros).first(offset - m_written));
}

core::Status PackedFileWriter::begin(PackedTensor tensor) {
    CORE_ASSERT(!m_currentHash);
    tensor.offset = packedAligned(m_written);
    tensor.bytes = packedTensorBytes(tensor);
    CORE_TRY(pad(tensor.offset));
    m_current = std::move(tensor);
    m_currentHash.emplace();
    return {};
}

core::Status PackedFileWriter::append(std::span<const std::byte> bytes) {
    CORE_ASSERT(m_currentHash);
    m_currentHash->update(bytes);
    return write(bytes);
}

core::Status PackedFileWriter::end(const PackedError& error) {
    CORE_ASSERT(m_currentHash && m_written == m_current.offset + m_current.bytes);
    m_current.error = error;
    json line = packedTensorJson(m_current);
    line["sha256"] = m_currentHash->finishHex();
    m_currentHash.reset();
    m_header.tensors.push_back(std::move(m_current));
    m_lines.push_back(core::dumpJson(line));
    return appendJournal(m_lines.back());
}

core::Status PackedFileWriter::finish() {
    CORE_ASSERT(!m_currentHash);
    const std::string header = writePackedHeader(m_header);
    const std::vector<core::Digest> chunks = m_chunks.finish();
    const auto table = std::as_bytes(std::span(chunks));
    CORE_TRY(put(core::asBytes(header)));
    CORE_TRY(put(table));
    // The first page last, when all else is on the disk: until it is there the file is not a packed
    // model.
    const PrologueBytes prologue =
        writePrologue({.data_bytes = m_written,
                       .header_bytes = header.size(),
                       .header_hash = core::sha256(core::asBytes(header)),
                       .table_hash = core::sha256(table)});
    CORE_TRY(beforeIo());
    if (m_sealed)
        return m_sealed->finish(prologue);
    if (::fsync(m_file.get()) != 0)
        return core::errnoError(errno, "flush", m_partial);
    CORE_TRY(beforeIo());
    if (::lseek(m_file.get(), 0, SEEK_SET) < 0)
        return core::errnoError(errno, "write", m_partial);
    CORE_TRY(core::writeAll(m_file.get(), prologue, m_partial));
    CORE_TRY(beforeIo());
    if (::fsync(m_file.get()) != 0)
        return core::errnoError(errno, "flush", m_partial);
    CORE_TRY(beforeIo());
    if (::rename(m_partial.c_str(), m_target.c_str()) != 0)
        return core::errnoError(errno, "rename", m_partial);
    ::unlink(m_journalPath.c_str());
    return core::fsyncDirectory(m_target.has_parent_path() ? m_target.parent_path() : ".");
}

}  // namespace hearth::engine
