#include "core/log.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/support/temp_dir.h"

namespace hearth::core {
namespace {

class LogTest : public ::testing::Test {
protected:
    void TearDown() override { ASSERT_TRUE(initLogging({}).ok()); }

    std::vector<nlohmann::json> lines() {
        flushLog();
        std::vector<nlohmann::json> parsed;
        std::istringstream in(test::slurp(m_dir / "logs/node.log"));
        for (std::string line; std::getline(in, line);)
            parsed.push_back(nlohmann::json::parse(line));
        return parsed;
    }

    const test::TempDir m_dir;
};

TEST_F(LogTest, WritesOneJsonLinePerMessage) {
    ASSERT_TRUE(initLogging({.console = false, .file = m_dir / "logs/node.log"}).ok());
    logInfo("listening {}", {{"port", 8443}, {"tls", true}, {"load", 0.5}, {"name", "a\nb\xff"}});
    logDebug("not at this level");
    logError("job failed", Error{ErrorCode::DiskFull, "full", "blobs"});
    const auto logged = lines();
    ASSERT_EQ(logged.size(), 2u);
    EXPECT_EQ(logged[0]["message"], "listening {}");
    EXPECT_EQ(logged[0]["level"], "info");
    EXPECT_EQ(logged[0]["port"], 8443);
    EXPECT_EQ(logged[0]["tls"], true);
    EXPECT_EQ(logged[1]["code"], "disk_full");
    EXPECT_EQ(logged[1]["context"], "blobs");
}

TEST_F(LogTest, OffIsSilent) {
    ASSERT_TRUE(
        initLogging({.level = LogLevel::Off, .console = false, .file = m_dir / "logs/node.log"})
            .ok());
    logError("anything");
    EXPECT_TRUE(lines().empty());
}

TEST_F(LogTest, ParsesLevels) {
    EXPECT_EQ(parseLogLevel("warn").valueOrThrow(), LogLevel::Warn);
    EXPECT_FALSE(parseLogLevel("WARN").ok());
}

}  // namespace
}  // namespace hearth::core
