#include "engine/formats/chat_template/runtime.h"

#include <ctime>

#include "engine/formats/chat_template/failure.h"

namespace hearth::engine::jinja {

namespace {

constexpr int64_t kStepsPerTimeCheck = 256;
constexpr size_t kBytesPerTimeCheck = 1 << 20;
constexpr size_t kChargePerOutputByte = 64;  // all texts together, the dropped ones included

/// Processor time of this thread: a busy machine must not make a harmless template fail.
std::chrono::nanoseconds threadTime() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

Runtime::Runtime(const RenderOptions& options) : m_options(options), m_start(threadTime()) {}

void Runtime::step(int line) {
    m_line = line;
    if (++m_steps > m_options.maxSteps)
        jinja::fail(core::ErrorCode::ResourceExhausted, "the template takes too many steps",
                    m_line);
    if (m_steps % kStepsPerTimeCheck == 0)
        checkTime();
}

void Runtime::charge(size_t bytes) {
    const size_t limit = m_options.maxOutputBytes * kChargePerOutputByte;
    m_charged = bytes > limit ? limit + 1 : m_charged + bytes;
    if (m_charged > limit)
        jinja::fail(core::ErrorCode::ResourceExhausted, "the template uses too much memory",
                    m_line);
    if (m_charged - m_chargedAtCheck > kBytesPerTimeCheck) {
        m_chargedAtCheck = m_charged;
        checkTime();
    }
}

void Runtime::scan(size_t bytes) {
    m_scanned += bytes;
    if (m_scanned > kBytesPerTimeCheck) {
        m_scanned = 0;
        checkTime();
    }
}

void Runtime::checkTime() const {
    if (threadTime() - m_start > m_options.maxTime)
        jinja::fail(core::ErrorCode::DeadlineExceeded, "the template takes too long", m_line);
}

void Runtime::fail(const std::string& message) const {
    jinja::fail(message, m_line);
}

std::chrono::sys_seconds Runtime::now() const {
    return m_options.now.value_or(
        std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
}

int Runtime::depthAround(const Value& element, int depth) const {
    if (element.nameSpace())
        fail("a namespace cannot be an element of a list or a dict");
    const int around = std::max(depth, element.depth() + 1);
    if (around > ChatTemplate::kMaxDepth)
        fail("values are nested more than " + std::to_string(ChatTemplate::kMaxDepth) + " deep");
    return around;
}

Value Runtime::makeList(std::vector<Value> items) {
    charge(items.size() * sizeof(Value));
    auto list = std::make_shared<List>();
    for (const Value& item : items)
        list->depth = depthAround(item, list->depth);
    list->items = std::move(items);
    return Value(std::shared_ptr<const List>(std::move(list)));
}

Value Runtime::makeDict(std::vector<std::pair<MarkedString, Value>> entries) {
    charge(entries.size() * sizeof(entries[0]));
    auto dict = std::make_shared<Dict>();
    for (const auto& [key, value] : entries)
        dict->depth = depthAround(value, dict->depth);
    dict->entries = std::move(entries);
    return Value(std::shared_ptr<const Dict>(std::move(dict)));
}

void TextBuilder::reserve(size_t bytes) {
    if (bytes > m_runtime->maxTextBytes() - m_text.size())
        fail(core::ErrorCode::ResourceExhausted,
             "a text grows over " + std::to_string(m_runtime->maxTextBytes()) + " bytes",
             m_runtime->line());
    m_runtime->charge(bytes);
}

void TextBuilder::append(std::string_view bytes, Origin origin) {
    reserve(bytes.size());
    m_text.append(bytes, origin);
}

void TextBuilder::append(const MarkedString& text, size_t begin, size_t end) {
    reserve(end - begin);
    m_text.append(text, begin, end);
}

}  // namespace hearth::engine::jinja
