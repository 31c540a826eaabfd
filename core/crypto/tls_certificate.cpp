#include "core/crypto/tls_certificate.h"

#include <arpa/inet.h>
#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <array>
#include <ctime>

#include "core/crypto/random.h"
#include "core/file.h"
#include "core/strings.h"
#include "core/unique_handle.h"

namespace hearth::core {
namespace fs = std::filesystem;
namespace {

using Key = UniqueHandle<EVP_PKEY, EVP_PKEY_free>;
using Certificate = UniqueHandle<X509, X509_free>;
using Extension = UniqueHandle<X509_EXTENSION, X509_EXTENSION_free>;
using Bio = UniqueHandle<BIO, BIO_free_all>;
using Number = UniqueHandle<BIGNUM, BN_free>;

void freeGeneralNames(GENERAL_NAMES* names) {
    GENERAL_NAMES_free(names);
}
using GeneralNames = UniqueHandle<GENERAL_NAMES, freeGeneralNames>;

void require(bool done) {
    if (!done)
        throw Exception({ErrorCode::Internal, "cannot make a TLS certificate", "OpenSSL"});
}

bool isIpAddress(const std::string& name) {
    std::array<unsigned char, 16> unused;
    return inet_pton(AF_INET, name.c_str(), unused.data()) == 1 ||
           inet_pton(AF_INET6, name.c_str(), unused.data()) == 1;
}

// Nothing that could end the entry and begin another in OpenSSL's extension syntax.
bool isHostName(const std::string& name) {
    constexpr std::string_view kAllowed =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.*_";
    return !name.empty() && name.size() <= 253 && name.find_first_not_of(kAllowed) == name.npos;
}

Result<std::string> alternativeNames(const std::vector<std::string>& names) {
    std::vector<std::string> entries;
    for (const std::string& name : names) {
        if (isIpAddress(name))
            entries.push_back("IP:" + name);
        else if (isHostName(name))
            entries.push_back("DNS:" + name);
        else
            return Error{ErrorCode::InvalidArgument, "not a host name or IP address",
                         printable(name)};
    }
    if (entries.empty())
        return Error{ErrorCode::InvalidArgument, "a certificate needs at least one name", "names"};
    return join(entries, ",");
}

Key newKey() {
    Key key(EVP_EC_gen("P-256"));
    require(key != nullptr);
    return key;
}

void setSerial(X509* certificate) {
    std::array<std::byte, 16> bytes;
    randomBytes(bytes);
    bytes[0] &= std::byte{0x7F};  // positive
    const Number number(
        BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), nullptr));
    require(number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)));
}

void setCommonName(X509_NAME* name, const std::string& text) {
    require(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                       reinterpret_cast<const unsigned char*>(text.c_str()), -1, -1,
                                       0) == 1);
}

// What the certificate of both roles shares; `issuer` may be the certificate itself.
Certificate newCertificate(const std::string& commonName, EVP_PKEY* key, int days) {
    Certificate certificate(X509_new());
    require(certificate != nullptr);
    require(X509_set_version(certificate.get(), X509_VERSION_3) == 1);
    setSerial(certificate.get());
    constexpr long kSkewSeconds = 3600;  // a client whose clock is a little late
    require(X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -kSkewSeconds) != nullptr);
    require(X509_time_adj_ex(X509_getm_notAfter(certificate.get()), days, 0, nullptr) != nullptr);
    require(X509_set_pubkey(certificate.get(), key) == 1);
    setCommonName(X509_get_subject_name(certificate.get()), commonName);
    return certificate;
}

void addExtension(X509* certificate, X509* issuer, int id, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str()));
    require(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

void sign(X509* certificate, X509* issuer, EVP_PKEY* issuerKey) {
    require(X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1);
    require(X509_sign(certificate, issuerKey, EVP_sha256()) > 0);
}

Certificate newCa(EVP_PKEY* key, int days) {
    // Every node's CA has a name of its own: trust stores look issuers up by name.
    Certificate ca = newCertificate("Hearth node CA " + randomHex(4), key, days);
    addExtension(ca.get(), ca.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    addExtension(ca.get(), ca.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
    addExtension(ca.get(), ca.get(), NID_subject_key_identifier, "hash");
    sign(ca.get(), ca.get(), key);
    return ca;
}

Certificate newServer(const std::string& commonName, const std::string& names, EVP_PKEY* key,
                      X509* ca, EVP_PKEY* caKey, int days) {
    Certificate server = newCertificate(commonName, key, days);
    addExtension(server.get(), ca, NID_basic_constraints, "critical,CA:FALSE");
    addExtension(server.get(), ca, NID_key_usage, "critical,digitalSignature");
    addExtension(server.get(), ca, NID_ext_key_usage, "serverAuth");
    addExtension(server.get(), ca, NID_subject_alt_name, names);
    addExtension(server.get(), ca, NID_subject_key_identifier, "hash");
    addExtension(server.get(), ca, NID_authority_key_identifier, "keyid:always");
    sign(server.get(), ca, caKey);
    return server;
}

// Through memory that is wiped: `bio` may hold a private key.
Status writePem(const fs::path& path, BIO* bio, unsigned mode) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    const std::span<char> text(data, static_cast<std::size_t>(size));
    const Status written = writeFileAtomic(path, std::string_view(data, text.size()), mode);
    wipe(std::as_writable_bytes(text));
    return written;
}

Status writeCertificate(const fs::path& path, X509* certificate) {
    const Bio bio(BIO_new(BIO_s_mem()));
    require(bio && PEM_write_bio_X509(bio.get(), certificate) == 1);
    return writePem(path, bio.get(), 0644);
}

Status writeKey(const fs::path& path, EVP_PKEY* key) {
    const Bio bio(BIO_new(BIO_s_mem()));
    require(bio && PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr,
                                                 nullptr) == 1);
    return writePem(path, bio.get(), 0600);
}

std::string addressText(const ASN1_OCTET_STRING* address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const int family = ASN1_STRING_length(address) == 4 ? AF_INET : AF_INET6;
    inet_ntop(family, ASN1_STRING_get0_data(address), text.data(), text.size());
    return text.data();
}

std::vector<std::string> namesOf(X509* certificate) {
    const GeneralNames entries(static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
    std::vector<std::string> names;
    for (int i = 0; entries && i < sk_GENERAL_NAME_num(entries.get()); ++i) {
        const GENERAL_NAME* entry = sk_GENERAL_NAME_value(entries.get(), i);
        if (entry->type == GEN_DNS)
            names.emplace_back(
                reinterpret_cast<const char*>(ASN1_STRING_get0_data(entry->d.dNSName)),
                static_cast<std::size_t>(ASN1_STRING_length(entry->d.dNSName)));
        else if (entry->type == GEN_IPADD)
            names.push_back(addressText(entry->d.iPAddress));
    }
    return names;
}

}  // namespace

std::vector<std::string> defaultCertificateNames() {
    std::vector<std::string> names{"localhost", "127.0.0.1", "::1"};
    std::array<char, 256> host{};
    if (::gethostname(host.data(), host.size() - 1) == 0 && isHostName(host.data()) &&
        std::string_view(host.data()) != "localhost")
        names.emplace_back(host.data());
    return names;
}

Result<TlsFiles> createTlsCertificates(const fs::path& directory,
                                       const std::vector<std::string>& names, int days) {
    CORE_ASSIGN(const std::string alternatives, alternativeNames(names));
    const Key caKey = newKey();
    const Certificate ca = newCa(caKey.get(), days);
    const Key serverKey = newKey();
    // RFC 5280 allows 64 characters in a common name; clients go by the alternative names.
    const Certificate server = newServer(names.front().substr(0, 64), alternatives, serverKey.get(),
                                         ca.get(), caKey.get(), days);
    const TlsFiles files{directory / "ca.pem", directory / "server.pem", directory / "server.key"};
    CORE_TRY(writeKey(files.serverKey, serverKey.get()));
    CORE_TRY(writeCertificate(files.caCertificate, ca.get()));
    CORE_TRY(writeCertificate(files.serverCertificate, server.get()));
    return files;
}

Result<CertificateInfo> inspectCertificate(const fs::path& file) {
    CORE_ASSIGN(const std::string pem, readTextFile(file, 1 << 20));
    const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    const Certificate certificate(bio ? PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)
                                      : nullptr);
    if (!certificate)
        return Error{ErrorCode::DataCorrupt, "this is not a PEM certificate", file.string()};
    CertificateInfo info;
    std::array<char, 128> name{};
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, name.data(),
                              static_cast<int>(name.size()));
    info.subject = name.data();
    info.names = namesOf(certificate.get());
    std::tm expiry{};
    require(ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &expiry) == 1);
    info.notAfter = static_cast<std::int64_t>(timegm(&expiry));
    std::array<std::byte, EVP_MAX_MD_SIZE> digest;
    unsigned length = 0;
    require(X509_digest(certificate.get(), EVP_sha256(),
                        reinterpret_cast<unsigned char*>(digest.data()), &length) == 1);
    info.fingerprint = toHex(std::span(digest).first(length));
    return info;
}

}  // namespace hearth::core
