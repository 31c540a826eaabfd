#include "core/crypto/tls_certificate.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>

#include "core/clock.h"
#include "tests/support/temp_dir.h"

namespace hearth::core {
namespace {

// Runs the OpenSSL command line, which judges our files without sharing our code.
int openssl(const std::string& arguments) {
    return std::system(("openssl " + arguments + " >/dev/null 2>&1").c_str());
}

TEST(TlsCertificateTest, AnotherProgramVerifiesTheChainAndTheNames) {
    const test::TempDir dir;
    const TlsFiles files =
        createTlsCertificates(dir.path(), defaultCertificateNames()).valueOrThrow();
    const std::string verify =
        "verify -x509_strict -purpose sslserver -CAfile " + files.caCertificate.string() + " ";
    const std::string server = " " + files.serverCertificate.string();
    EXPECT_EQ(openssl(verify + "-verify_hostname localhost" + server), 0);
    EXPECT_EQ(openssl(verify + "-verify_ip 127.0.0.1" + server), 0);
    EXPECT_EQ(openssl(verify + "-verify_ip ::1" + server), 0);
    EXPECT_NE(openssl(verify + "-verify_hostname example.org" + server), 0);
    EXPECT_NE(openssl("verify -purpose sslserver" + server), 0);  // nobody else vouches for it
    EXPECT_EQ(openssl("pkey -check -in " + files.serverKey.string()), 0);
}

TEST(TlsCertificateTest, KeyIsPrivateAndTheCaKeyIsGone) {
    const test::TempDir dir;
    const TlsFiles files = createTlsCertificates(dir.path(), {"localhost"}).valueOrThrow();
    struct stat info {};
    ASSERT_EQ(::stat(files.serverKey.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u);
    EXPECT_EQ(test::countFiles(dir.path()), 3u);
}

TEST(TlsCertificateTest, InspectionTellsNamesExpiryAndFingerprint) {
    const test::TempDir dir;
    const std::vector<std::string> names{"node.plant.local", "10.1.2.3", "fd00::5"};
    const TlsFiles files = createTlsCertificates(dir.path(), names).valueOrThrow();
    const CertificateInfo info = inspectCertificate(files.serverCertificate).valueOrThrow();
    EXPECT_EQ(info.subject, "node.plant.local");
    EXPECT_EQ(info.names, names);
    const std::int64_t expected = SystemClock::instance().unixSeconds() + 825 * 86400;
    EXPECT_NEAR(static_cast<double>(info.notAfter), static_cast<double>(expected), 60);
    EXPECT_EQ(info.fingerprint.size(), 64u);
    EXPECT_NE(info.fingerprint, inspectCertificate(files.caCertificate).valueOrThrow().fingerprint);
}

TEST(TlsCertificateTest, RefusesNamesThatAreNot) {
    const test::TempDir dir;
    for (const char* bad : {"", "a b", "localhost,DNS:evil.org", "x\n", "a/b"})
        EXPECT_FALSE(createTlsCertificates(dir.path(), {bad}).ok()) << bad;
    EXPECT_FALSE(createTlsCertificates(dir.path(), {}).ok());
    EXPECT_EQ(test::countFiles(dir.path()), 0u);
    test::spit(dir / "x.pem", "nothing");
    EXPECT_EQ(inspectCertificate(dir / "x.pem").error().code, ErrorCode::DataCorrupt);
}

}  // namespace
}  // namespace hearth::core
