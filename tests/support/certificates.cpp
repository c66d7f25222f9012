#include "support/certificates.hpp"

#include <string>

#include "support/process.hpp"
#include "support/temp_dir.hpp"

namespace replikey::test {
namespace {

void make_ca(const std::filesystem::path& folder, const std::string& name) {
  run({"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj",
       "/CN=replikey test " + name, "-keyout", folder / (name + "-key.pem"), "-out",
       folder / (name + ".pem")});
}

void make_signed(const std::filesystem::path& folder, const std::string& name) {
  write_file(folder / "names", "subjectAltName = DNS:localhost, IP:127.0.0.1\n");
  run({"openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=replikey test " + name,
       "-keyout", folder / (name + "-key.pem"), "-out", folder / (name + ".request")});
  run({"openssl", "x509", "-req", "-days", "30", "-in", folder / (name + ".request"), "-CA",
       folder / "ca.pem", "-CAkey", folder / "ca-key.pem", "-CAcreateserial", "-extfile",
       folder / "names", "-out", folder / (name + "-cert.pem")});
}

}  // namespace

void make_certificates(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  make_ca(folder, "ca");
  make_ca(folder, "other-ca");
  make_signed(folder, "server");
  make_signed(folder, "client");
}

}  // namespace replikey::test
