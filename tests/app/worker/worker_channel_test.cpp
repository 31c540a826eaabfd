#include "app/worker/worker_channel.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>
#include <thread>

#include "core/unique_fd.h"

namespace hearth::app {
namespace {

using namespace std::chrono_literals;

finetune::JobSpec someSpec() {
    finetune::JobSpec spec;
    spec.method = "sft";
    spec.output_directory = "/out";
    spec.inputs = {{"/data", finetune::DataKind::Chat, "training"}};
    return spec;
}

bool becomesTrue(const std::atomic<bool>& flag) {
    for (int i = 0; i < 500 && !flag; ++i)
        std::this_thread::sleep_for(10ms);
    return flag;
}

class WorkerChannelTest : public testing::Test {
protected:
    WorkerChannelTest() {
        int ends[2];
        EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
        m_daemon.reset(ends[0]);
        m_channel = std::make_unique<WorkerChannel>(core::UniqueFd(ends[1]), m_cancel);
    }

    void send(const std::string& text) {
        ASSERT_EQ(::write(m_daemon.get(), text.data(), text.size()), ssize_t(text.size()));
    }
    std::string receive() {
        char text[4096];
        const ssize_t count = ::read(m_daemon.get(), text, sizeof text);
        return std::string(text, size_t(std::max<ssize_t>(count, 0)));
    }

    std::atomic<bool> m_cancel{false};
    core::UniqueFd m_daemon;
    std::unique_ptr<WorkerChannel> m_channel;
};

TEST_F(WorkerChannelTest, TakesSpecificationAndKeys) {
    const std::string hex = std::string(62, '0') + "ff";
    send(writeStartLine(someSpec(), {{"training", hex}}) + "\n");
    const auto start = m_channel->receiveStart();
    ASSERT_TRUE(start) << start.error().text();
    EXPECT_EQ(writeJobSpec(start->spec), writeJobSpec(someSpec()));
    const auto key = start->keys.find("training");
    ASSERT_TRUE(key);
    EXPECT_EQ((*key)->span()[31], std::byte{0xff});
    EXPECT_FALSE(start->keys.find("another"));
    EXPECT_FALSE(m_cancel);
}

TEST_F(WorkerChannelTest, AStartLineInPiecesIsPutTogether) {
    const std::string line = writeStartLine(someSpec(), {}) + "\n";
    std::thread daemon([&] {
        for (size_t at = 0; at < line.size(); at += 50) {
            send(line.substr(at, 50));
            std::this_thread::sleep_for(1ms);
        }
    });
    EXPECT_TRUE(m_channel->receiveStart());
    daemon.join();
}

TEST_F(WorkerChannelTest, ACancelLineSetsTheFlag) {
    send(writeStartLine(someSpec(), {}) + "\n");
    ASSERT_TRUE(m_channel->receiveStart());
    send("{\"hello\": 1}\nnonsense\n");
    std::this_thread::sleep_for(50ms);
    EXPECT_FALSE(m_cancel);
    send(std::string(kCancelLine) + "\n");
    EXPECT_TRUE(becomesTrue(m_cancel));
}

TEST_F(WorkerChannelTest, PauseLinesSetAndClearTheFlag) {
    send(writeStartLine(someSpec(), {}) + "\n");
    ASSERT_TRUE(m_channel->receiveStart());
    EXPECT_FALSE(m_channel->paused());
    send(std::string(kPauseLine) + "\n");
    EXPECT_TRUE(becomesTrue(m_channel->paused()));
    // In order: once the last line is seen, the one before it was.
    send(std::string(kGoOnLine) + "\n" + std::string(kCancelLine) + "\n");
    EXPECT_TRUE(becomesTrue(m_cancel));
    EXPECT_FALSE(m_channel->paused());
}

TEST_F(WorkerChannelTest, AStartLineMayAskForAProbe) {
    send(writeStartLine(someSpec(), {}, ProbeOptions{5}) + "\n");
    const auto start = m_channel->receiveStart();
    ASSERT_TRUE(start);
    ASSERT_TRUE(std::holds_alternative<ProbeOptions>(start->task));
    EXPECT_EQ(std::get<ProbeOptions>(start->task).steps, 5);
}

TEST_F(WorkerChannelTest, TheDaemonsDeathStopsTheJob) {
    send(writeStartLine(someSpec(), {}) + "\n");
    ASSERT_TRUE(m_channel->receiveStart());
    m_daemon.reset();
    EXPECT_TRUE(becomesTrue(m_cancel));
    // No signal and no exception, although nobody reads this.
    m_channel->emit(finetune::LogEvent{"info", "x"});
}

TEST_F(WorkerChannelTest, EventsAreLines) {
    m_channel->emit(finetune::LogEvent{"info", "a\nb"});
    m_channel->emit(finetune::FailedEvent{"internal", "c"});
    m_channel.reset();
    const std::string text = receive();
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
    const auto event = finetune::parseJobEvent(text.substr(0, text.find('\n')));
    ASSERT_TRUE(event);
    EXPECT_EQ(std::get<finetune::LogEvent>(*event).message, "a\nb");
}

TEST(StartLine, SaysWhatIsWrongWithoutRepeatingKeys) {
    const auto problemOf = [](std::string line) {
        const auto start = parseStartLine(line);
        EXPECT_TRUE(line.empty());  // wiped
        return start ? "accepted" : start.error().text();
    };
    const std::string spec = finetune::writeJobSpec(someSpec());
    const std::string shortKey = problemOf("{\"spec\": " + spec + ", \"keys\": {\"k\": \"abcd\"}}");
    EXPECT_NE(shortKey.find("key 'k' must have 32 bytes"), std::string::npos);
    EXPECT_EQ(shortKey.find("abcd"), std::string::npos);
    EXPECT_NE(problemOf("{\"spec\": " + spec + ", \"keys\": {\"k\": \"zz\"}}").find("hexadecimal"),
              std::string::npos);
    EXPECT_NE(problemOf("{}").find("\"spec\""), std::string::npos);
    EXPECT_NE(problemOf("[").find("not valid JSON"), std::string::npos);
    EXPECT_NE(problemOf("{\"spec\": {}}").find("method is required"), std::string::npos);
}

}  // namespace
}  // namespace hearth::app
