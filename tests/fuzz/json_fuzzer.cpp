// JSON of request bodies and of files: what parses keeps the bounds and survives a round trip.
#include "core/json.h"

#include <nlohmann/json.hpp>

#include "core/assert.h"
#include "core/strings.h"
#include "tests/fuzz/fuzz_support.h"

using namespace hearth;

namespace {

constexpr int kMaxDepth = 16;

int depthOf(const nlohmann::json& value) {
    int depth = 0;
    for (const auto& child : value)
        depth = std::max(depth, child.is_structured() ? depthOf(child) : 0);
    return depth + 1;
}

void readFields(const nlohmann::json& object) {
    for (const auto& [field, value] : object.items()) {
        if (const auto number = core::readInt(object, field, -8, 1 << 20))
            CORE_ASSERT(*number >= -8 && *number <= 1 << 20);
        if (const auto number = core::readNumber(object, field, -1.5, 1e6))
            CORE_ASSERT(*number >= -1.5 && *number <= 1e6);
        if (const auto text = core::readString(object, field, 64))
            CORE_ASSERT(text->size() <= 64);
        (void)core::readBool(object, field, false);
        CORE_ASSERT((core::findField(object, field) == nullptr) == value.is_null());
    }
    (void)core::rejectUnknownFields(object, {"model", "messages"});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto json = core::parseJson(text, "the input", kMaxDepth);
    if (!json) {
        CORE_ASSERT(json.error().code == core::ErrorCode::InvalidArgument);
        CORE_ASSERT(!json.error().message.empty());
        return 0;
    }
    if (json->is_structured())
        CORE_ASSERT(depthOf(*json) <= kMaxDepth);
    if (json->is_object())
        readFields(*json);
    const std::string written = core::dumpJson(*json);
    CORE_ASSERT(core::isValidUtf8(written));
    const auto again = core::parseJson(written, "the copy", kMaxDepth);
    CORE_ASSERT(again.ok() && core::dumpJson(*again) == written);
    return 0;
}
