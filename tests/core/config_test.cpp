#include "core/config.h"

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace hearth::core {
namespace {

TEST(ConfigTest, WrittenSettingsReadBack) {
    NodeConfig config;
    config.port = 0;
    config.address = "0.0.0.0";
    config.certificate = "/etc/ssl/\"odd\" \\ name.pem";
    config.logLevel = "debug";
    const std::string text = formatConfig(config);
    const NodeConfig read = parseConfig(text, "/data/config.toml").valueOrThrow();
    EXPECT_EQ(read.port, 0);
    EXPECT_EQ(read.address, "0.0.0.0");
    EXPECT_EQ(read.certificate, config.certificate);
    EXPECT_EQ(formatConfig(read), text);
}

TEST(ConfigTest, AbsentKeysKeepTheirDefaults) {
    const NodeConfig config =
        parseConfig("[server]\nport = 9000\n", "/d/config.toml").valueOrThrow();
    EXPECT_EQ(config.port, 9000);
    EXPECT_EQ(config.address, "127.0.0.1");
    EXPECT_EQ(config.dataDirectory, "/d");
    EXPECT_EQ(config.resolve(config.privateKey), "/d/tls/server.key");
    EXPECT_EQ(config.resolve("/abs"), "/abs");
}

TEST(ConfigTest, ErrorsNameTheSettingAndTheLine) {
    const auto failure = [](const std::string& text) {
        const auto config = parseConfig(text, "c.toml");
        EXPECT_FALSE(config.ok()) << text;
        return config.ok() ? "" : config.error().text();
    };
    EXPECT_EQ(failure("\n[server]\nprot = 1\n"), "unknown setting server.prot (c.toml, line 3)");
    EXPECT_EQ(failure("[sever]\n"), "unknown section or setting sever (c.toml, line 1)");
    EXPECT_EQ(failure("[server]\nport = 65536\n"),
              "server.port must be an integer from 0 to 65535 (c.toml, line 2)");
    EXPECT_NE(failure("[server]\nport = \"x\"\n").find("line 2"), std::string::npos);
    EXPECT_NE(failure("[server]\naddress = 5\n").find("must be a string"), std::string::npos);
    EXPECT_NE(failure("[log]\nlevel = \"loud\"\n").find("line 2"), std::string::npos);
    EXPECT_NE(failure("[server]\n\nport = = 1\n").find("line 3"), std::string::npos);
    EXPECT_NE(failure("port = 1\n").find("unknown section"), std::string::npos);
}

TEST(ConfigTest, LoadsAFile) {
    const test::TempDir dir;
    test::spit(dir / "config.toml", "[engine]\nkv_cache_mb = 64\n");
    const NodeConfig config = loadConfig(dir / "config.toml").valueOrThrow();
    EXPECT_EQ(config.kvCacheMb, 64);
    EXPECT_EQ(config.dataDirectory, dir.path());
    EXPECT_EQ(loadConfig(dir / "none").error().code, ErrorCode::NotFound);
}

}  // namespace
}  // namespace hearth::core
