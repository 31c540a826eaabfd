// What every step of a job came to, exactly: so that a resumed job shows that it goes on with the
// same bits, and a replay can be held against the run (finetune/jobs/replay.h).
//
// A text file beside the checkpoints. First line: {"format": "hearth-steps-1", "fingerprint"}; then
// a line for each step, floats in hexadecimal notation (C's %a). Of several lines of one step the
// last counts. Steps behind the newest checkpoint may have been trained more than once.
#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "core/result.h"
#include "core/unique_fd.h"

namespace hearth::finetune {

struct StepRecord {
    int64_t step = 0;
    double loss = 0.0;
    double gradient_norm = 0.0;
    int64_t tokens = 0;  // trained up to here

    /// By bits.
    bool sameAs(const StepRecord& other) const;
};

using StepRecords = std::map<int64_t, StepRecord>;

/// What a journal holds of this fingerprint's job; empty for another's, and when there is none. An
/// unfinished last line, which a killed run leaves, is passed over. Errors: DataCorrupt with the
/// line's number.
core::Result<StepRecords> readStepJournal(const std::filesystem::path& path,
                                          const std::string& fingerprint);

class StepJournal {
public:
    /// Goes on with a journal of this fingerprint, and replaces one that is another's or damaged.
    static core::Result<StepJournal> open(const std::filesystem::path& path,
                                          const std::string& fingerprint);

    /// What an earlier run recorded of this step.
    std::optional<StepRecord> find(int64_t step) const;
    /// Errors: DiskFull and the like.
    core::Status add(const StepRecord& record);
    /// Makes all of it durable.
    core::Status sync();

private:
    StepJournal(std::filesystem::path path, core::UniqueFd file, StepRecords records);

    std::filesystem::path m_path;
    core::UniqueFd m_file;
    StepRecords m_records;
};

}  // namespace hearth::finetune
