// Random transactions over every plain type, for each pair of servers: at the end every key in
// Redis is what SELECT gives.

#include <sstream>
#include <string>

#include "workload_run.hpp"
#include <gtest/gtest.h>

namespace replikey::test {
namespace {

class Matrix : public ::testing::TestWithParam<WorkloadCase> {};

TEST_P(Matrix, RedisHoldsWhatSelectGives) {
  run_workload(GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    Servers, Matrix,
    ::testing::Values(
        WorkloadCase{.mysql = MysqlFlavour::MySql97, .redis = RedisFlavour::Redis7},
        WorkloadCase{.mysql = MysqlFlavour::MySql97,
                     .redis = RedisFlavour::Redis8,
                     .gtid = false,
                     .metadata = "MINIMAL",
                     .checksum = false,
                     .link = Link::Socket},
        WorkloadCase{.mysql = MysqlFlavour::MySql97,
                     .redis = RedisFlavour::Valkey,
                     .link = Link::Tls,
                     .lanes = 4},
        WorkloadCase{.mysql = MysqlFlavour::MySql56, .redis = RedisFlavour::Redis7},
        WorkloadCase{.mysql = MysqlFlavour::MySql56,
                     .redis = RedisFlavour::Redis8,
                     .gtid = false,
                     .checksum = false,
                     .link = Link::Socket,
                     .lanes = 1},
        WorkloadCase{.mysql = MysqlFlavour::MariaDb1011, .redis = RedisFlavour::Redis7},
        WorkloadCase{.mysql = MysqlFlavour::MariaDb1011,
                     .redis = RedisFlavour::Redis8,
                     .metadata = "NO_LOG",
                     .checksum = false,
                     .link = Link::Socket,
                     .lanes = 3},
        WorkloadCase{
            .mysql = MysqlFlavour::MariaDb118, .redis = RedisFlavour::Redis7, .link = Link::Tls},
        WorkloadCase{.mysql = MysqlFlavour::MariaDb118,
                     .redis = RedisFlavour::Redis8,
                     .metadata = "MINIMAL"}),
    [](const auto& instance) {
      std::ostringstream name;
      name << instance.param;
      return name.str();
    });

}  // namespace
}  // namespace replikey::test
