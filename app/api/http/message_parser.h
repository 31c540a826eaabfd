// Boost.Beast's request parser behind a small interface: only message_parser.cpp includes it.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "app/api/http/head_check.h"
#include "app/api/http/request.h"

namespace hearth::app {

/// Parses one request: its head once, then its body piece by piece.
class MessageParser {
public:
    struct BodyStep {
        std::size_t consumed = 0;            // of the input
        std::size_t produced = 0;            // body bytes in the output
        std::optional<Rejection> rejection;  // 400, or 413 above the limit
    };

    explicit MessageParser(const HeadLimits& limits);
    ~MessageParser();
    MessageParser(const MessageParser&) = delete;
    MessageParser& operator=(const MessageParser&) = delete;

    /// REQUIRES: checkHead() accepted `bytes`. Fills everything that the bytes say.
    std::optional<Rejection> parseHead(std::string_view bytes, RequestHead& head);

    /// REQUIRES: parseHead() succeeded and bodyDone() is false. Nothing consumed and nothing
    /// produced means: more input is needed; offer the same bytes again with more behind them.
    BodyStep parseBody(std::string_view input, std::span<char> output);

    void limitBody(std::uint64_t bytes);
    bool bodyDone() const;
    bool keepAlive() const;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace hearth::app
