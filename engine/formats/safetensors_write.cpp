#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "engine/formats/safetensors_header.h"
#include "engine/formats/weight_source.h"

namespace hearth::engine {
namespace {

using core::Error;
using core::ErrorCode;

/// "name":{...} of one tensor whose data starts at `offset`.
std::string entryText(const TensorLayout& tensor, uint64_t offset) {
    const nlohmann::ordered_json entry = {{"dtype", dtypeName(tensor.dtype)},
                                          {"shape", tensor.shape},
                                          {"data_offsets", {offset, offset + tensor.bytes()}}};
    return nlohmann::json(tensor.name).dump() + ":" + entry.dump();
}

std::string headerBytes(const std::vector<TensorToWrite>& tensors) {
    std::vector<TensorLayout> layouts;
    for (const TensorToWrite& tensor : tensors) {
        layouts.push_back({tensor.name, tensor.dtype, tensor.shape});
        CORE_ASSERT(tensor.bytes.size() == layouts.back().bytes());
    }
    return writeSafetensorsHeader(layouts);
}

Error writeError(const std::filesystem::path& file) {
    return {errno == ENOSPC ? ErrorCode::DiskFull : ErrorCode::Internal,
            std::string("Cannot write the tensors: ") + std::strerror(errno), file.string()};
}

bool writeAll(int fd, std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes = bytes.subspan(size_t(written));
    }
    return true;
}

bool writeTensors(int fd, const std::vector<TensorToWrite>& tensors) {
    const std::string header = headerBytes(tensors);
    if (!writeAll(fd, std::as_bytes(std::span(header))))
        return false;
    for (const TensorToWrite& tensor : tensors) {
        if (!writeAll(fd, tensor.bytes))
            return false;
    }
    return ::fsync(fd) == 0;
}

/// The rename is durable only once its directory is.
bool syncDirectory(const std::filesystem::path& directory) {
    const int fd =
        ::open(directory.empty() ? "." : directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return false;
    const bool synced = ::fsync(fd) == 0;
    ::close(fd);
    return synced;
}

}  // namespace

uint64_t TensorLayout::bytes() const {
    int64_t elements = 1;
    for (const int64_t dim : shape)
        elements *= dim;
    CORE_ASSERT(elements > 0);
    return uint64_t(elements * dtypeSize(dtype));
}

std::string writeSafetensorsHeader(const std::vector<TensorLayout>& tensors) {
    std::string text = R"({"__metadata__":{"format":"pt"})";
    uint64_t offset = 0;
    for (const TensorLayout& tensor : tensors) {
        text += "," + entryText(tensor, offset);
        offset += tensor.bytes();
    }
    text += "}";
    text.resize((text.size() + 7) / 8 * 8, ' ');
    std::string out(kSafetensorsLengthBytes, '\0');
    for (size_t i = 0; i < kSafetensorsLengthBytes; ++i)
        out[i] = char(text.size() >> (8 * i) & 0xff);
    return out + text;
}

core::Status writeSafetensors(const std::filesystem::path& file,
                              const std::vector<TensorToWrite>& tensors) {
    std::string temporary = file.string() + ".XXXXXX";
    const int fd = ::mkostemp(temporary.data(), O_CLOEXEC);
    if (fd < 0)
        return writeError(file);
    const bool written = writeTensors(fd, tensors);
    const Error problem = written ? Error{} : writeError(file);
    ::close(fd);
    if (!written) {
        ::unlink(temporary.c_str());
        return problem;
    }
    if (::rename(temporary.c_str(), file.c_str()) != 0) {
        const Error error = writeError(file);
        ::unlink(temporary.c_str());
        return error;
    }
    if (!syncDirectory(file.parent_path()))
        return writeError(file);
    return {};
}

std::vector<std::byte> serializeSafetensors(const std::vector<TensorToWrite>& tensors) {
    const std::string header = headerBytes(tensors);
    const auto headerSpan = std::as_bytes(std::span(header));
    std::vector<std::byte> out(headerSpan.begin(), headerSpan.end());
    for (const TensorToWrite& tensor : tensors)
        out.insert(out.end(), tensor.bytes.begin(), tensor.bytes.end());
    return out;
}

}  // namespace hearth::engine
