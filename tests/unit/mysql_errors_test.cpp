#include <gtest/gtest.h>

#include "replikey/mysql/connection.hpp"
#include "replikey/mysql/errors.hpp"

namespace replikey::mysql {
namespace {

TEST(Classify, SaysToTryAgainWhenTheServerIsGoneOrBusy) {
  for (const unsigned number : {2002U, 2003U, 2005U, 2006U, 2013U, 1040U, 1053U, 1927U, 1317U}) {
    EXPECT_EQ(classify(number), ErrorCode::Unavailable) << number;
  }
  EXPECT_EQ(classify(1205), ErrorCode::Timeout);
}

TEST(Classify, SaysThatTheServerRefusesWhereTryingAgainCannotHelp) {
  for (const unsigned number : {1045U, 1044U, 1142U, 1227U, 1236U, 2059U, 2061U, 4052U, 3159U}) {
    EXPECT_EQ(classify(number), ErrorCode::Rejected) << number;
  }
  EXPECT_EQ(classify(1047), ErrorCode::Unsupported);
}

TEST(ServerError, KeepsTheServersWordsAndNumber) {
  const Error error = server_error(1045, "Access denied for user 'x'@'y'.");
  EXPECT_TRUE(error.message().starts_with("Access denied for user 'x'@'y' (error 1045); check "))
      << error.message();
}

TEST(ServerError, TellsARefusedCertificateFromALostHandshake) {
  EXPECT_EQ(server_error(2026, "TLS/SSL error: certificate verify failed").code(),
            ErrorCode::Rejected);
  EXPECT_EQ(server_error(2026, "TLS/SSL error: unexpected eof while reading").code(),
            ErrorCode::Unavailable);
}

TEST(ServerVersion, IsReadFromWhatServersSay) {
  const auto parts = [](std::string_view text) {
    const ServerVersion version = parse_version(text);
    return std::array{version.major, version.minor, version.patch};
  };
  EXPECT_EQ(parts("10.11.19-MariaDB-0+deb12u1-log"), (std::array{10U, 11U, 19U}));
  EXPECT_EQ(parts("5.5.5-10.4.2-MariaDB"), (std::array{10U, 4U, 2U}));
  EXPECT_EQ(parts("9.7.4"), (std::array{9U, 7U, 4U}));
  EXPECT_EQ(parts("8.0.36-28"), (std::array{8U, 0U, 36U}));
  EXPECT_EQ(parts("what"), (std::array{0U, 0U, 0U}));
  EXPECT_TRUE(parse_version("8.0.26").at_least(8, 0, 26));
  EXPECT_FALSE(parse_version("8.0.25").at_least(8, 0, 26));
  EXPECT_TRUE(parse_version("9.0.1").at_least(8, 2));
}

TEST(Table, AnswersForWhatIsNotThere) {
  const Table table{{"File", "Position"}, {{"binlog.000001", std::nullopt}}};
  EXPECT_EQ(table.column("position"), 1U);
  EXPECT_EQ(table.column("gtid"), std::nullopt);
  EXPECT_EQ(table.text(0, 0), "binlog.000001");
  EXPECT_EQ(table.text(0, 1), "");
  EXPECT_EQ(table.text(1, 0), "");
}

TEST(Connection, RefusesOptionsThatCannotWork) {
  const auto code = [](const ConnectionOptions& options) {
    return Connection::open(options).error().code();
  };
  ConnectionOptions two;
  two.hosts.emplace_back();
  EXPECT_EQ(code(two), ErrorCode::InvalidConfig);
  ConnectionOptions no_ca;
  no_ca.tls.mode = TlsMode::VerifyIdentity;
  EXPECT_EQ(code(no_ca), ErrorCode::InvalidConfig);
  ConnectionOptions no_file = no_ca;
  no_file.tls.ca = "/nowhere/ca.pem";
  EXPECT_EQ(code(no_file), ErrorCode::InvalidConfig);
  ConnectionOptions no_key;
  no_key.tls.cert = "/etc/hostname";
  EXPECT_EQ(code(no_key), ErrorCode::InvalidConfig);
}

}  // namespace
}  // namespace replikey::mysql
