// Random changes to valid requests: the parser must neither crash nor hang, and what it makes
// of a request must not depend on how the bytes were cut into pieces.
#include <gtest/gtest.h>

#include <random>

#include "app/api/http/head_check.h"
#include "app/api/http/message_parser.h"

namespace hearth::test {
namespace {

struct Outcome {
    enum class Kind { Incomplete, Rejected, Complete } kind = Kind::Incomplete;
    std::string method;
    std::string path;
    std::size_t headers = 0;
    std::string body;
    std::string rest;  // behind the request

    bool operator==(const Outcome&) const = default;
};

/// One request as the server reads it, from input that arrives `step` bytes at a time.
class Reading {
public:
    Reading(std::string_view input, std::size_t step) : m_input(input), m_step(step) {}

    Outcome run() {
        Outcome outcome;
        app::HeadScanner scanner(m_limits);
        while (!scanner.headBytes()) {
            if (scanner.scan(m_buffer))
                return rejected();
            if (!scanner.headBytes() && !more())
                return outcome;
        }
        const std::string_view head = std::string_view(m_buffer).substr(0, *scanner.headBytes());
        app::MessageParser parser(m_limits);
        app::RequestHead request;
        if (app::checkHead(head, m_limits) || parser.parseHead(head, request))
            return rejected();
        m_buffer.erase(0, *scanner.headBytes());
        parser.limitBody(1000);
        if (!readBody(parser, outcome))
            return outcome.kind == Outcome::Kind::Rejected ? rejected() : Outcome{};
        outcome.kind = Outcome::Kind::Complete;
        outcome.method = request.method;
        outcome.path = request.path;
        outcome.headers = request.headers.fields().size();
        outcome.rest = m_buffer + std::string(m_input);
        return outcome;
    }

private:
    static Outcome rejected() { return {.kind = Outcome::Kind::Rejected}; }

    bool more() {
        const std::string_view piece = m_input.substr(0, m_step);
        m_buffer += piece;
        m_input.remove_prefix(piece.size());
        return !piece.empty();
    }

    bool readBody(app::MessageParser& parser, Outcome& outcome) {
        std::array<char, 16> piece;
        while (!parser.bodyDone()) {
            const auto step = parser.parseBody(m_buffer, piece);
            EXPECT_LE(step.consumed, m_buffer.size());
            EXPECT_LE(step.produced, piece.size());
            if (step.rejection) {
                outcome.kind = Outcome::Kind::Rejected;
                return false;
            }
            m_buffer.erase(0, step.consumed);
            outcome.body.append(piece.data(), step.produced);
            if (step.consumed == 0 && step.produced == 0 && !parser.bodyDone() && !more())
                return false;
        }
        return true;
    }

    app::HeadLimits m_limits;
    std::string_view m_input;
    std::size_t m_step;
    std::string m_buffer;
};

const std::vector<std::string> kSeeds{
    "GET /v1/models?limit=5&after=a%20b HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n",
    "POST /v1/chat HTTP/1.1\r\nHost: a:1\r\nContent-Length: 11\r\n\r\nhello worldGET / HTTP/1.1",
    "POST /v1/files HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n"
    "\r\n5;a=b\r\nhello\r\n10\r\n0123456789abcdef\r\n0\r\nX-Trailer: 1\r\n\r\nrest",
};

const std::string kInteresting = std::string("\r\n\t :;=,+-%/?#\x7f\xff", 16) + '\0' + "0159afAFxz";

std::string mutate(std::string text, std::mt19937& random) {
    const auto character = [&] { return kInteresting[random() % kInteresting.size()]; };
    for (unsigned changes = 1 + random() % 4; changes > 0; --changes) {
        const std::size_t at = random() % text.size();
        switch (random() % 5) {
            case 0:
                text[at] = character();
                break;
            case 1:
                text.insert(at, 1, character());
                break;
            case 2:
                text.erase(at, 1 + random() % 4);
                break;
            case 3:
                text.insert(at, text.substr(random() % text.size(), random() % 40));
                break;
            default:
                text.resize(std::max<std::size_t>(at, 1));
        }
        if (text.empty())
            text = "G";
    }
    return text;
}

TEST(MessageMutationTest, PiecesDoNotChangeTheOutcome) {
    std::mt19937 random(20260102);
    std::array<int, 3> seen{};
    for (int round = 0; round < 20'000; ++round) {
        const std::string text = mutate(kSeeds[random() % kSeeds.size()], random);
        const Outcome whole = Reading(text, text.size()).run();
        ++seen[static_cast<std::size_t>(whole.kind)];
        const std::size_t step = 1 + random() % 7;
        ASSERT_EQ(whole, Reading(text, step).run()) << "in pieces of " << step << ":\n" << text;
    }
    for (const int count : seen)
        EXPECT_GT(count, 500) << "the changes reach every outcome";
}

TEST(MessageMutationTest, EveryCutOfAValidRequestIsIncomplete) {
    for (const std::string& seed : kSeeds) {
        const Outcome whole = Reading(seed, seed.size()).run();
        ASSERT_EQ(whole.kind, Outcome::Kind::Complete);
        for (std::size_t size = 0; size < seed.size() - whole.rest.size(); ++size)
            EXPECT_EQ(Reading(std::string_view(seed).substr(0, size), 8).run().kind,
                      Outcome::Kind::Incomplete)
                << seed.substr(0, size);
    }
}

}  // namespace
}  // namespace hearth::test
