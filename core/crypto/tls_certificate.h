#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/result.h"

namespace hearth::core {

struct TlsFiles {
    std::filesystem::path caCertificate;      // for clients to trust, mode 0644
    std::filesystem::path serverCertificate;  // signed by it, mode 0644
    std::filesystem::path serverKey;          // mode 0600
};

/// "localhost", 127.0.0.1, ::1 and this machine's host name.
std::vector<std::string> defaultCertificateNames();

/// Makes ca.pem, server.pem and server.key (EC P-256) in `directory`, valid for `days` days and
/// for `names`: host names and IP addresses. The CA's own key is thrown away at once, so trusting
/// ca.pem trusts this server's certificate and nothing that is made later.
/// Errors: InvalidArgument for a name that is neither; file errors.
Result<TlsFiles> createTlsCertificates(const std::filesystem::path& directory,
                                       const std::vector<std::string>& names, int days = 825);

struct CertificateInfo {
    std::string subject;             // common name
    std::vector<std::string> names;  // subject alternative names
    std::int64_t notAfter = 0;       // unix seconds
    std::string fingerprint;         // SHA-256 of the DER form, hex
};

/// Reads the first certificate of a PEM file.
Result<CertificateInfo> inspectCertificate(const std::filesystem::path& file);

}  // namespace hearth::core
