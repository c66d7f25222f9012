#pragma once

#include <filesystem>

namespace replikey::test {

/// Makes a CA, and certificates signed by it: server (for localhost and 127.0.0.1) and client; and
/// a second CA that signed nothing. Files: ca.pem, server-cert.pem, server-key.pem,
/// client-cert.pem, client-key.pem, other-ca.pem.
void make_certificates(const std::filesystem::path& folder);

}  // namespace replikey::test
