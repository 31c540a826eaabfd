#include "engine/formats/character_class.h"

#include <utf8proc.h>

#include <array>
#include <memory>

#include "engine/formats/utf8.h"

namespace hearth::engine {

namespace {

constexpr size_t kPlane = 0x10000;

uint16_t ofCategory(utf8proc_category_t category) {
    switch (category) {
        case UTF8PROC_CATEGORY_LU:
        case UTF8PROC_CATEGORY_LT:
            return kLetter | kUpper;
        case UTF8PROC_CATEGORY_LL:
            return kLetter | kLower;
        case UTF8PROC_CATEGORY_LM:
        case UTF8PROC_CATEGORY_LO:
            return kLetter | kUpper | kLower;
        case UTF8PROC_CATEGORY_MN:
        case UTF8PROC_CATEGORY_MC:
        case UTF8PROC_CATEGORY_ME:
            return kMark | kUpper | kLower;
        case UTF8PROC_CATEGORY_ND:
        case UTF8PROC_CATEGORY_NL:
        case UTF8PROC_CATEGORY_NO:
            return kNumber;
        case UTF8PROC_CATEGORY_PC:
        case UTF8PROC_CATEGORY_PD:
        case UTF8PROC_CATEGORY_PS:
        case UTF8PROC_CATEGORY_PE:
        case UTF8PROC_CATEGORY_PI:
        case UTF8PROC_CATEGORY_PF:
        case UTF8PROC_CATEGORY_PO:
            return kPunctuation;
        case UTF8PROC_CATEGORY_SM:
        case UTF8PROC_CATEGORY_SC:
        case UTF8PROC_CATEGORY_SK:
        case UTF8PROC_CATEGORY_SO:
            return kSymbol;
        default:
            return 0;
    }
}

}  // namespace

uint16_t classesOf(char32_t c) {
    uint16_t classes = ofCategory(utf8proc_category(static_cast<utf8proc_int32_t>(c)));
    if (utf8::isWhiteSpace(c))
        classes |= kSpace;
    if (c == '\r' || c == '\n')
        classes |= kLineBreak;
    if ((c >= 0x4E00 && c <= 0x9FA5) || (c >= 0x3040 && c <= 0x30FF))
        classes |= kCjk;
    return classes;
}

const uint16_t* basicClasses() {
    static const auto kClasses = [] {
        auto classes = std::make_unique<std::array<uint16_t, kPlane>>();
        for (size_t c = 0; c < kPlane; ++c)
            (*classes)[c] = classesOf(static_cast<char32_t>(c));
        return classes;
    }();
    return kClasses->data();
}

}  // namespace hearth::engine
