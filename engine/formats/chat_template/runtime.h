// The bounds of one rendering, and the only makers of values whose size a template controls.
#pragma once
#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/formats/chat_template/chat_template.h"
#include "engine/formats/chat_template/value.h"

namespace hearth::engine::jinja {

class Runtime {
public:
    explicit Runtime(const RenderOptions& options);
    Runtime(const Runtime&) = delete;
    Runtime& operator=(const Runtime&) = delete;

    /// Counts one evaluation and names the line that errors are reported on.
    void step(int line);
    /// Counts one unit of work on the current line.
    void step() { step(m_line); }
    /// Counts bytes that are about to be created.
    void charge(size_t bytes);
    /// Counts bytes that are about to be read. One step may read a text of megabytes, and the
    /// clock is looked at only every so many steps.
    void scan(size_t bytes);

    [[noreturn]] void fail(const std::string& message) const;
    int line() const { return m_line; }
    size_t maxTextBytes() const { return m_options.maxOutputBytes; }
    std::chrono::sys_seconds now() const;

    /// Fail when nested too deep, or when a namespace would become an element: it could then
    /// contain itself.
    Value makeList(std::vector<Value> items);
    Value makeDict(std::vector<std::pair<MarkedString, Value>> entries);

private:
    int depthAround(const Value& element, int depth) const;
    void checkTime() const;

    const RenderOptions& m_options;
    int m_line = 1;
    int64_t m_steps = 0;
    size_t m_charged = 0;
    size_t m_chargedAtCheck = 0;
    size_t m_scanned = 0;  // since the clock was looked at
    std::chrono::nanoseconds m_start;
};

/// Builds a text piece by piece within the bounds.
class TextBuilder {
public:
    explicit TextBuilder(Runtime& runtime) : m_runtime(&runtime) {}

    void append(std::string_view bytes, Origin origin = Origin::Template);
    void append(const MarkedString& text) { append(text, 0, text.size()); }
    void append(const MarkedString& text, size_t begin, size_t end);
    size_t size() const { return m_text.size(); }
    MarkedString take() { return std::move(m_text); }
    Runtime& runtime() const { return *m_runtime; }

private:
    void reserve(size_t bytes);

    Runtime* m_runtime;
    MarkedString m_text;
};

}  // namespace hearth::engine::jinja
