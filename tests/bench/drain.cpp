#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/backlog.hpp"
#include "bench/measured_run.hpp"
#include "bench/resp_file.hpp"
#include "support/temp_dir.hpp"
#include <CLI/CLI.hpp>

// How fast a backlog reaches Redis, beside the ceiling: the same commands by `redis-cli --pipe`.
namespace {

using replikey::bench::Measured;
using replikey::test::MysqlFlavour;
using replikey::test::MysqlServer;
using replikey::test::RedisServer;
using replikey::test::TempDir;

constexpr const char* kProgressKey = "replikey:{bench}:progress";

struct Arguments {
  replikey::bench::BacklogShape backlog{.changes = 1'000'000};
  replikey::bench::Drain drain;
  std::vector<std::string> types{"string", "hash"};
  std::size_t runs = 5;
  bool has_aof = false;
  std::string replikey = REPLIKEY_BINARY;
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

/// Seconds of CPU that Redis took until now.
double cpu_of(const RedisServer& redis) {
  auto client = redis.client();
  return std::stod(client.info("cpu", "used_cpu_user")) +
         std::stod(client.info("cpu", "used_cpu_sys"));
}

struct Figures {
  std::vector<double> rows_per_second;
  std::vector<double> cpu_us;
  std::vector<double> redis_us;
  double peak_mb = 0;

  void add(const Measured& measured, double redis_seconds, std::size_t rows) {
    const auto count = static_cast<double>(rows);
    rows_per_second.push_back(count / measured.wall.count());
    cpu_us.push_back(1e6 * measured.cpu.count() / count);
    redis_us.push_back(1e6 * redis_seconds / count);
    peak_mb = std::max(peak_mb, static_cast<double>(measured.peak_bytes) / 1e6);
  }
};

template <typename Run>
void measure(Figures& figures, const RedisServer& redis, std::size_t rows, Run run) {
  redis.client().flush_all();
  const auto before = cpu_of(redis);
  const Measured measured = run();
  figures.add(measured, cpu_of(redis) - before, rows);
}

/// Keys in Redis but for the progress.
std::int64_t article_count(const RedisServer& redis) {
  auto client = redis.client();
  return client.command({"DBSIZE"}).integer - (client.exists(kProgressKey) ? 1 : 0);
}

void expect_articles(const RedisServer& redis, std::int64_t wanted) {
  if (const auto found = article_count(redis); found != wanted) {
    throw std::runtime_error{std::to_string(found) + " articles in Redis instead of " +
                             std::to_string(wanted)};
  }
}

void print(const char* name, const Figures& figures) {
  std::printf("  %-16s %9.0f rows/s  %5.2f us CPU/row  Redis %5.2f us CPU/row  peak %6.1f MB\n",
              name, median(figures.rows_per_second), median(figures.cpu_us),
              median(figures.redis_us), figures.peak_mb);
}

void compare(const Arguments& arguments, const std::string& type,
             const replikey::test::SqlAddress& mysql, std::int64_t articles,
             const RedisServer& redis) {
  const TempDir folder;
  const auto config = folder / "replikey.yaml";
  const auto commands = folder / "commands";
  const auto requests = folder / "requests";
  auto drain = arguments.drain;
  drain.rule_type = type;
  replikey::test::write_file(config, replikey::bench::configuration(mysql, redis, drain));
  static_cast<void>(replikey::bench::run_measured(
      {.arguments = {arguments.replikey, "run", "--catch-up", "--dry-run", "--config", config},
       .output = commands}));
  const auto count = replikey::bench::write_resp_file(commands, requests);
  std::filesystem::remove(commands);

  const auto rows = arguments.backlog.changes;
  Figures ours;
  Figures ceiling;
  std::vector<double> ratios;
  for (std::size_t run = 0; run < arguments.runs; ++run) {
    measure(ours, redis, rows, [&] {
      return replikey::bench::run_measured(
          {.arguments = {arguments.replikey, "run", "--catch-up", "--config", config}});
    });
    expect_articles(redis, articles);
    measure(ceiling, redis, rows, [&] {
      return replikey::bench::run_measured(
          {.arguments = {"redis-cli", "-p", std::to_string(redis.port()), "--pipe"},
           .input = requests});
    });
    expect_articles(redis, articles);
    ratios.push_back(ours.rows_per_second.back() / ceiling.rows_per_second.back());
    std::printf("  run %zu: %9.0f of %9.0f rows/s, ratio %.2f\n", run + 1,
                ours.rows_per_second.back(), ceiling.rows_per_second.back(), ratios.back());
    std::fflush(stdout);
  }
  std::printf("%s: %zu row changes, %zu commands, %u lanes%s, median of %zu runs\n", type.c_str(),
              rows, count, drain.lanes, arguments.has_aof ? ", AOF everysec" : "", arguments.runs);
  print("replikey", ours);
  print("redis-cli --pipe", ceiling);
  std::printf("  ratio %.2f\n", median(ratios));
  std::fflush(stdout);
}

Arguments parse(int argc, char** argv) {
  Arguments arguments;
  CLI::App app{"Drains a backlog of row changes of shop.article from MySQL 9.7 into Redis 7"};
  app.add_option("--rows", arguments.backlog.changes, "Row changes of the backlog");
  app.add_flag("--mix", arguments.backlog.is_mixed, "Also updates and deletes, one row each");
  app.add_option("--per-transaction", arguments.backlog.rows_per_transaction,
                 "Rows inserted by one transaction");
  app.add_option("--runs", arguments.runs, "Runs of each, alternating");
  app.add_option("--type", arguments.types, "Rule types");
  app.add_option("--lanes", arguments.drain.lanes, "Lanes");
  app.add_flag("--tls", arguments.drain.uses_tls, "TLS to MySQL");
  app.add_flag("--socket", arguments.drain.uses_socket, "To Redis by its unix socket");
  app.add_flag("--aof", arguments.has_aof, "Redis with appendonly, fsync every second");
  app.add_option("--replikey", arguments.replikey, "Another build of replikey");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error));
  }
  return arguments;
}

void run(const Arguments& arguments) {
  const MysqlServer mysql{MysqlFlavour::MySql97,
                          {.flags = {"--innodb-buffer-pool-size=512M",
                                     "--innodb-redo-log-capacity=512M", "--max-binlog-size=1G"}}};
  std::printf("making a backlog of %zu row changes\n", arguments.backlog.changes);
  std::fflush(stdout);
  replikey::bench::make_article_table(mysql, replikey::test::read_file(REPLIKEY_ARTICLE_SQL));
  replikey::bench::add_changes(mysql, arguments.backlog);
  replikey::test::RedisOptions options;
  if (arguments.has_aof) {
    options.append_only = true;
    options.flags = {"--appendfsync", "everysec"};
  }
  const RedisServer redis{replikey::test::RedisFlavour::Redis7, options};
  const auto account = mysql.create_replication_user();
  const auto articles = std::stoll(mysql.client().value("SELECT COUNT(*) FROM shop.article"));
  for (const auto& type : arguments.types) {
    compare(arguments, type, account, articles, redis);
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    run(parse(argc, argv));
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
