// Functions that every template may call.
#include <ctime>

#include "engine/formats/chat_template/builtins.h"
#include "engine/formats/chat_template/operations.h"
#include "engine/formats/chat_template/python_text.h"

namespace hearth::engine::jinja {

namespace {

constexpr int64_t kMaxRange = 100'000;

Value raiseException(BuiltinCall& call) {
    call.runtime.fail("the template refuses this: " +
                      toString(call.runtime, call.arguments[0]).bytes());
}

/// strftime in the C locale, as of the rendering's clock.
Value strftimeNow(BuiltinCall& call) {
    const MarkedString* format = call.textArgument(0);
    if (!format)
        call.runtime.fail("strftime_now needs a format");
    const std::time_t now = std::chrono::system_clock::to_time_t(call.runtime.now());
    std::tm time{};
    gmtime_r(&now, &time);
    char buffer[256];
    const size_t size = std::strftime(buffer, sizeof buffer, format->bytes().c_str(), &time);
    return Value(MarkedString(std::string(buffer, size)));
}

Value range(BuiltinCall& call) {
    const bool hasStart = call.has(1);
    const int64_t start = hasStart ? call.integerArgument(0, 0) : 0;
    const int64_t stop = call.integerArgument(hasStart ? 1 : 0, 0);
    const int64_t step = call.integerArgument(2, 1);
    constexpr int64_t kLimit = int64_t{1} << 40;
    const auto isSensible = [](int64_t bound) { return bound >= -kLimit && bound <= kLimit; };
    if (step == 0 || !isSensible(start) || !isSensible(stop) || !isSensible(step))
        call.runtime.fail("a range needs a step and sensible bounds");
    std::vector<Value> numbers;
    for (int64_t i = start; step > 0 ? i < stop : i > stop; i += step) {
        if (static_cast<int64_t>(numbers.size()) >= kMaxRange)
            call.runtime.fail("a range has at most " + std::to_string(kMaxRange) + " elements");
        numbers.push_back(Value(i));
    }
    return call.runtime.makeList(std::move(numbers));
}

Value makeNamespace(BuiltinCall& call) {
    auto result = std::make_shared<Namespace>();
    if (!call.arguments.empty() && call.arguments[0].dict()) {
        for (const auto& [name, value] : call.arguments[0].dict()->entries)
            result->set(name.bytes(), value);
    }
    for (auto& [name, value] : call.named) {
        if (value.nameSpace())
            call.runtime.fail("a namespace cannot hold a namespace");
        result->set(name, std::move(value));
    }
    return Value(std::move(result));
}

Value makeDict(BuiltinCall& call) {
    std::vector<std::pair<MarkedString, Value>> entries;
    for (auto& [name, value] : call.named)
        entries.emplace_back(MarkedString(name), std::move(value));
    return call.runtime.makeDict(std::move(entries));
}

}  // namespace

const std::vector<Builtin>& functions() {
    static const std::vector<Builtin> kTable = {
        {"raise_exception", raiseException, {"message"}},
        {"strftime_now", strftimeNow, {"format"}},
        {"range", range, {"start", "stop", "step"}},
        {"namespace", makeNamespace, {}, true},
        {"dict", makeDict, {}, true},
    };
    return kTable;
}

}  // namespace hearth::engine::jinja
