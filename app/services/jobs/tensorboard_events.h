// A job's curves as a TensorBoard event file.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "storage/metrics_repository.h"

namespace hearth::app {

/// CRC-32C (Castagnoli), as RFC 3720 has it.
uint32_t crc32c(std::string_view bytes);

/// One record of a TFRecord file: length, its checksum, the bytes, their checksum.
std::string tensorboardRecord(std::string_view bytes);

/// How an event file begins: "brain.Event:2".
std::string tensorboardBeginning(int64_t timeMs);
/// An event for each step and time with the values of every series then.
std::string tensorboardSteps(std::vector<storage::Sample> samples);

/// A whole event file of both, tagged by the series' name. Values are single precision there, times
/// keep their milliseconds. Any order of samples gives the same file. Source:
/// tensorflow/core/util/event.proto and framework/summary.proto, written by field number.
std::string tensorboardEvents(std::vector<storage::Sample> samples);

}  // namespace hearth::app
