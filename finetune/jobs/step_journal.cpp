#include "finetune/jobs/step_journal.h"

#include <fcntl.h>
#include <unistd.h>
#include <bit>
#include <cerrno>
#include <cinttypes>
#include <cstdio>

#include "core/file.h"
#include "core/json.h"
#include "core/strings.h"
#include "finetune/jobs/json_fields.h"

namespace hearth::finetune {

namespace fs = std::filesystem;

namespace {

constexpr const char* kFormat = "hearth-steps-1";

std::string headLine(const std::string& fingerprint) {
    JsonWriter writer;
    writer.field("format", kFormat);
    writer.field("fingerprint", fingerprint);
    return writer.take().dump() + "\n";
}

std::string lineOf(const StepRecord& record) {
    char text[160];
    std::snprintf(text, sizeof text, "%" PRId64 " loss %a gradient_norm %a tokens %" PRId64 "\n",
                  record.step, record.loss, record.gradient_norm, record.tokens);
    return text;
}

std::optional<StepRecord> parseLine(const std::string& line) {
    StepRecord record;
    int end = -1;
    std::sscanf(line.c_str(), "%" SCNd64 " loss %la gradient_norm %la tokens %" SCNd64 "%n",
                &record.step, &record.loss, &record.gradient_norm, &record.tokens, &end);
    if (end != int(line.size()) || record.step < 1 || record.tokens < 0)
        return {};
    return record;
}

/// Whole lines only.
std::string_view wholeLines(std::string_view text) {
    const size_t end = text.rfind('\n');
    return end == std::string_view::npos ? std::string_view() : text.substr(0, end);
}

struct Contents {
    bool ours = false;
    StepRecords records;
};

core::Result<Contents> parse(std::string_view text, const std::string& fingerprint,
                             const fs::path& path) {
    Contents contents;
    int64_t number = 0;
    for (const std::string_view line : core::split(wholeLines(text), '\n')) {
        if (++number == 1) {
            contents.ours = std::string(line) + "\n" == headLine(fingerprint);
            if (!contents.ours)
                return contents;
            continue;
        }
        const auto record = parseLine(std::string(line));
        if (!record)
            return core::Error{core::ErrorCode::DataCorrupt, "is no record of a step",
                               path.string() + ":" + std::to_string(number)};
        contents.records.insert_or_assign(record->step, *record);
    }
    return contents;
}

core::Result<std::string> textOf(const fs::path& path) {
    auto text = core::readTextFile(path, core::kMaxFileBytes);
    if (!text && text.error().code == core::ErrorCode::NotFound)
        return std::string();
    return text;
}

/// What open() goes on with; nothing when the file has to begin anew.
std::optional<Contents> usable(const std::string& text, const std::string& fingerprint,
                               const fs::path& path) {
    auto contents = parse(text, fingerprint, path);
    return contents && contents->ours ? std::optional(std::move(*contents)) : std::nullopt;
}

}  // namespace

bool StepRecord::sameAs(const StepRecord& other) const {
    const auto bits = [](double value) { return std::bit_cast<uint64_t>(value); };
    return step == other.step && bits(loss) == bits(other.loss) &&
           bits(gradient_norm) == bits(other.gradient_norm) && tokens == other.tokens;
}

core::Result<StepRecords> readStepJournal(const fs::path& path, const std::string& fingerprint) {
    CORE_ASSIGN(const std::string text, textOf(path));
    CORE_ASSIGN(Contents contents, parse(text, fingerprint, path));
    return std::move(contents.records);
}

StepJournal::StepJournal(fs::path path, core::UniqueFd file, StepRecords records)
    : m_path(std::move(path)), m_file(std::move(file)), m_records(std::move(records)) {}

core::Result<StepJournal> StepJournal::open(const fs::path& path, const std::string& fingerprint) {
    CORE_TRY(core::createDirectories(path.parent_path()));
    CORE_ASSIGN(const std::string text, textOf(path));
    std::optional<Contents> found = usable(text, fingerprint, path);
    if (!found)
        CORE_TRY(core::writeFileAtomic(path, headLine(fingerprint)));
    CORE_ASSIGN(core::UniqueFd file, core::openFile(path, O_WRONLY | O_APPEND));
    const std::string_view whole = wholeLines(text);
    if (found && ftruncate(file.get(), off_t(whole.size() + 1)) != 0)
        return core::errnoError(errno, "shorten", path);
    return StepJournal(path, std::move(file), found ? std::move(found->records) : StepRecords());
}

std::optional<StepRecord> StepJournal::find(int64_t step) const {
    const auto found = m_records.find(step);
    return found == m_records.end() ? std::nullopt : std::optional(found->second);
}

core::Status StepJournal::add(const StepRecord& record) {
    CORE_TRY(core::writeAll(m_file.get(), core::asBytes(lineOf(record)), m_path));
    m_records.insert_or_assign(record.step, record);
    return {};
}

core::Status StepJournal::sync() {
    if (fdatasync(m_file.get()) != 0)
        return core::errnoError(errno, "write", m_path);
    return {};
}

}  // namespace hearth::finetune
