#include "core/error_code.h"

namespace hearth::core {

ErrorCode errorCodeOf(std::string_view name) {
    for (int i = 0; i <= int(ErrorCode::Internal); ++i)
        if (name == errorCodeName(ErrorCode(i)))
            return ErrorCode(i);
    return ErrorCode::Internal;
}

}  // namespace hearth::core
