#include "ui/shell/stall_watch.h"

#include <gtest/gtest.h>

#include <QElapsedTimer>
#include <QThread>
#include <QTimer>
#include <QtTest>

namespace hearth::ui {
namespace {

class StallWatchTest : public testing::Test {
protected:
    StallWatchTest() {
        application().watchStalls([this](const Stall& stall) { m_stalls.push_back(stall); });
    }
    ~StallWatchTest() override { application().watchStalls({}); }

    static ConsoleApplication& application() {
        return *static_cast<ConsoleApplication*>(QCoreApplication::instance());
    }
    void runInLoop(std::function<void()> work) {
        bool done = false;
        QTimer::singleShot(0, [&] {
            work();
            done = true;
        });
        QTRY_VERIFY_WITH_TIMEOUT(done, 5000);
    }

    QVector<Stall> m_stalls;
};

TEST_F(StallWatchTest, SeesWorkThatKeepsTheLoopBusy) {
    runInLoop([] {
        QElapsedTimer timer;
        // Of its own processor time, so that a busy machine does not make it shorter.
        for (timer.start(); timer.elapsed() < 400;) {
        }
    });
    ASSERT_FALSE(m_stalls.isEmpty());
    EXPECT_GE(m_stalls.front().milliseconds, ConsoleApplication::kLimitMs);
}

TEST_F(StallWatchTest, SeesAnEventThatSleeps) {
    runInLoop([] { QThread::msleep(80); });
    ASSERT_EQ(m_stalls.size(), 1);
    EXPECT_GE(m_stalls.front().milliseconds, ConsoleApplication::kLimitMs);
}

TEST_F(StallWatchTest, LeavesShortEventsAlone) {
    runInLoop([] {});
    EXPECT_TRUE(m_stalls.isEmpty());
}

}  // namespace
}  // namespace hearth::ui
