#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <gtest/gtest.h>

#include "tests/app/http/http_fixture.h"

namespace hearth::test {
namespace {

using Poco::Net::Context;

/// Whether a client that offers only this protocol and these ciphers gets through.
bool handshakes(const TestServer& server, int disabledProtocols, const std::string& ciphers) try {
    Context::Params params;
    params.caLocation = server.caFile().string();
    params.verificationMode = Context::VERIFY_STRICT;
    params.cipherList = ciphers;
    Context::Ptr context = new Context(Context::TLS_CLIENT_USE, params);
    context->disableProtocols(disabledProtocols);
    const Poco::Net::SecureStreamSocket socket(Poco::Net::SocketAddress("127.0.0.1", server.port()),
                                               "localhost", context);
    return true;
} catch (const Poco::Exception&) {
    return false;
}

TEST(TlsTest, OffersTls12AndUpWithForwardSecrecyAndAuthenticatedEncryptionOnly) {
    TestServer server;
    constexpr int kOnly12 = Context::PROTO_TLSV1_3;
    constexpr int kOnly11 = Context::PROTO_TLSV1_3 | Context::PROTO_TLSV1_2;
    EXPECT_TRUE(handshakes(server, 0, "DEFAULT"));
    EXPECT_TRUE(handshakes(server, kOnly12, "ECDHE-ECDSA-AES128-GCM-SHA256"));
    EXPECT_TRUE(handshakes(server, kOnly12, "ECDHE-ECDSA-CHACHA20-POLY1305"));
    EXPECT_FALSE(handshakes(server, kOnly12, "ECDHE-ECDSA-AES128-SHA256")) << "CBC";
    EXPECT_FALSE(handshakes(server, kOnly12, "AES128-GCM-SHA256")) << "no forward secrecy";
    // @SECLEVEL=0: the client itself would otherwise refuse.
    EXPECT_FALSE(handshakes(server, kOnly11, "ALL:@SECLEVEL=0"));
}

}  // namespace
}  // namespace hearth::test
