// Published answers. Each names its source.
#include <gtest/gtest.h>

#include "core/crypto/aead.h"
#include "core/crypto/password.h"
#include "core/crypto/sha256.h"
#include "core/file.h"
#include "core/strings.h"
#include "tests/support/temp_dir.h"

namespace hearth::core {
namespace {

std::vector<std::byte> hex(std::string_view text) {
    return fromHex(text).value();
}

// FIPS 180-4 example values, csrc.nist.gov/projects/cryptographic-standards-and-guidelines
// (SHA256.pdf: "abc" and the 448-bit message) and NIST's long message of a million 'a'.
TEST(CryptoVectorsTest, Sha256AgreesWithFips180) {
    EXPECT_EQ(sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256Hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(sha256Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    Sha256 hash;
    for (int i = 0; i < 1000; ++i)
        hash.update(std::string(1000, 'a'));
    EXPECT_EQ(hash.finishHex(), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(CryptoVectorsTest, Sha256OfAFileIsThatOfItsContent) {
    const test::TempDir dir;
    test::spit(dir / "f", std::string(1'000'000, 'a'));
    EXPECT_EQ(sha256HexOfFile(dir / "f").valueOrThrow(),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    EXPECT_EQ(sha256HexOfFile(dir / "none").error().code, ErrorCode::NotFound);
}

// RFC 4231, test cases 1 and 2.
TEST(CryptoVectorsTest, HmacAgreesWithRfc4231) {
    const SecureBytes key1 = SecureBytes::copyOf(std::string(20, '\x0b'));
    EXPECT_EQ(toHex(hmacSha256(key1, asBytes("Hi There"))),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    const SecureBytes key2 = SecureBytes::copyOf(std::string_view("Jefe"));
    EXPECT_EQ(toHex(hmacSha256(key2, asBytes("what do ya want for nothing?"))),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

struct GcmVector {
    std::string_view key, nonce, plaintext, aad, ciphertext, tag;
};

// McGrew and Viega, "The Galois/Counter Mode of Operation", appendix B, test cases 13 to 16:
// the answers that NIST's validation of SP 800-38D began with.
const GcmVector kGcmVectors[] = {
    {"0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000",
     "", "", "", "530f8afbc74536b9a963b4f1c4cb738b"},
    {"0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000",
     "00000000000000000000000000000000", "", "cea7403d4d606b6e074ec5d3baf39d18",
     "d0d1c8a799996bf0265b98b5d48ab919"},
    {"feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
     "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255",
     "",
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
     "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad",
     "b094dac5d93471bdec1a502270e3cc6c"},
    {"feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
     "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
     "feedfacedeadbeeffeedfacedeadbeefabaddad2",
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
     "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
     "76fc6ece0f4e1768cddf8853bb2d551b"}};

TEST(CryptoVectorsTest, AesGcmAgreesWithNist) {
    for (const GcmVector& vector : kGcmVectors) {
        const SecureBytes key = SecureBytes::copyOf(hex(vector.key));
        Nonce nonce;
        std::ranges::copy(hex(vector.nonce), nonce.begin());
        const auto plaintext = hex(vector.plaintext);
        const auto aad = hex(vector.aad);
        std::vector<std::byte> sealed(plaintext.size() + kTagBytes);
        aeadSeal(key, nonce, aad, plaintext, sealed);
        EXPECT_EQ(toHex(sealed), std::string(vector.ciphertext) + std::string(vector.tag));

        std::vector<std::byte> opened(plaintext.size());
        EXPECT_TRUE(aeadOpen(key, nonce, aad, sealed, opened));
        EXPECT_EQ(opened, plaintext);
        sealed.back() ^= std::byte{1};
        EXPECT_FALSE(aeadOpen(key, nonce, aad, sealed, opened));
    }
}

// The reference implementation's own test (P-H-C/phc-winner-argon2, src/test.c: Argon2id,
// version 0x13, t = 2, m = 2^16, p = 1).
TEST(CryptoVectorsTest, Argon2idAgreesWithTheReferenceImplementation) {
    const std::string hash =
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ"
        "$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    EXPECT_TRUE(verifyPassword("password", hash));
    EXPECT_FALSE(verifyPassword("Password", hash));
    EXPECT_TRUE(passwordNeedsRehash(hash));  // t = 2, ours is 3
}

}  // namespace
}  // namespace hearth::core
