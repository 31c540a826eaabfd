// Checkpoints of one job. Each is a directory step-<number> with
//   tensors.safetensors  what training changes, and the optimiser's moments (F32)
//   state.json           step, trained tokens, fingerprint, metrics
//   manifest.json        format, best step, and size and SHA-256 of the two files as they lie on
//   disk
// With a key, the first two are sealed. The directory is built under another name, the
// manifest is written last, and a rename makes the whole appear.
#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/crypto/secure_bytes.h"
#include "core/result.h"
#include "engine/formats/weight_source.h"
#include "finetune/jobs/job_event.h"
#include "finetune/jobs/stopping_rule.h"

namespace hearth::finetune {

struct CheckpointState {
    int64_t step = 0;     // optimiser steps done
    int64_t batches = 0;  // position in the stream of batches
    int64_t trained_tokens = 0;
    /// Of settings, data and model description: another value belongs to another job.
    std::string fingerprint;
    Metrics metrics;
    StoppingState stopping;  // its best step has a checkpoint of its own, when best ones are kept
};

struct LoadedCheckpoint {
    CheckpointState state;
    std::unique_ptr<engine::WeightSource> tensors;
};

class CheckpointStore {
public:
    static constexpr size_t kKept = 2;

    /// key: null for plain files; outlives the store.
    CheckpointStore(std::filesystem::path directory, const core::SecureBytes* key);

    /// Writes one and then removes all but the newest kKept and the best ones that these name.
    /// Returns its path.
    /// Errors: DiskFull and the like; earlier checkpoints stay.
    core::Result<std::filesystem::path> save(const CheckpointState& state,
                                             const std::vector<engine::TensorToWrite>& tensors);

    /// The newest that is whole and has this fingerprint. What was passed over is added to
    /// `warnings`. Empty when there is none.
    std::optional<LoadedCheckpoint> loadNewest(const std::string& fingerprint,
                                               std::vector<std::string>& warnings) const;

    /// That of one step. Errors: NotFound, DataCorrupt.
    core::Result<LoadedCheckpoint> load(int64_t step) const;
    /// Steps with a checkpoint, in their order, whole or not.
    std::vector<int64_t> steps() const;

    /// Where the steps are recorded (finetune/jobs/step_journal.h).
    std::filesystem::path journalPath() const { return m_directory / "steps.log"; }

    void removeAll();

private:
    std::vector<std::filesystem::path> newestFirst() const;
    std::filesystem::path pathOf(int64_t step) const;
    core::Result<LoadedCheckpoint> loadFrom(const std::filesystem::path& path) const;
    void removeOld(const std::filesystem::path& saved);

    std::filesystem::path m_directory;
    const core::SecureBytes* m_key;
};

}  // namespace hearth::finetune
