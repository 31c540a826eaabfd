#include "app/services/datasets/row_hash_index.h"

#include <algorithm>

#include "core/file.h"
#include "core/strings.h"
#include "finetune/data/forms/recognise.h"
#include "finetune/data/row_hash.h"

namespace hearth::app {
namespace {

constexpr size_t kHashBytes = 32;

}  // namespace

std::vector<std::byte> packRowHashes(const std::vector<std::string>& rowHashes) {
    std::vector<std::byte> packed;
    packed.reserve(rowHashes.size() * kHashBytes);
    for (const std::string& hash : rowHashes) {
        const auto bytes = core::fromHex(hash);
        CORE_ASSERT(bytes && bytes->size() == kHashBytes);
        packed.insert(packed.end(), bytes->begin(), bytes->end());
    }
    return packed;
}

bool holdsRow(std::span<const std::byte> packed, const std::string& rowHash) {
    const auto wanted = core::fromHex(rowHash);
    if (!wanted || wanted->size() != kHashBytes)
        return false;
    for (size_t at = 0; at + kHashBytes <= packed.size(); at += kHashBytes)
        if (std::equal(wanted->begin(), wanted->end(), packed.begin() + long(at)))
            return true;
    return false;
}

std::vector<std::string> rowHashesOf(std::string_view content) {
    std::vector<std::string> hashes;
    const auto form = finetune::recogniseForm(content);
    if (form)
        finetune::forEachMappedRow(content, *form, [&](int64_t, const finetune::ReadRow& row) {
            if (row)
                hashes.push_back(finetune::rowHash(*row));
            return true;
        });
    return hashes;
}

core::Status RowHashIndex::ensure(const storage::StoredFile& file) {
    const auto scope = storage::Scope::everything();
    if (m_datasets.rowHashes(scope, file.id))
        return {};
    CORE_ASSIGN(const auto content, m_blobs.read(scope, file.blobId));
    CORE_ASSIGN(const auto blob,
                m_blobs.put(file.owner, packRowHashes(rowHashesOf(core::asText(content)))));
    m_datasets.keepRowHashes({file.id, file.filename, file.owner, blob});
    return {};
}

core::Status RowHashIndex::keepForJobs(const storage::StoredFile& file) {
    const bool used = !m_jobs.usingFile(storage::Scope::everything(), file.id).empty();
    return used && file.purpose == "fine-tune" ? ensure(file) : core::Status();
}

core::Status RowHashIndex::dropUnlessUsed(const storage::StoredFile& file) {
    const auto scope = storage::Scope::everything();
    const auto index = m_datasets.rowHashes(scope, file.id);
    if (!index || !m_jobs.usingFile(scope, file.id).empty())
        return {};
    m_datasets.dropRowHashes(scope, file.id);
    return m_blobs.remove(scope, index->blobId);
}

core::Result<bool> RowHashIndex::holds(const storage::RowHashesRow& index,
                                       const std::string& rowHash) {
    CORE_ASSIGN(const auto packed, m_blobs.read(storage::Scope::everything(), index.blobId));
    return holdsRow(packed, rowHash);
}

}  // namespace hearth::app
