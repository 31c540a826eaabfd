#include "engine/formats/case_fold.h"

#include <utf8proc.h>

#include "engine/formats/utf8.h"

namespace hearth::engine::utf8 {

std::string foldCase(std::string_view text) {
    std::string folded;
    folded.reserve(text.size());
    for (size_t at = 0; at < text.size();) {
        const Sequence next = decodeAt(text, at);
        at += next.length;
        // Upper case first: it joins what lower case alone keeps apart, as both small sigmas.
        const auto upper = utf8proc_toupper(static_cast<utf8proc_int32_t>(next.codePoint));
        append(static_cast<char32_t>(utf8proc_tolower(upper)), folded);
    }
    return folded;
}

}  // namespace hearth::engine::utf8
