# System packages only: the build works offline.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(spdlog REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(ZLIB REQUIRED)
pkg_check_modules(hiredis REQUIRED IMPORTED_TARGET hiredis)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)

# Either client library serves: Oracle's libmysqlclient, or MariaDB Connector/C (whose
# -compat package also answers to the name mysqlclient). src/mysql tells them apart by macro.
pkg_search_module(mysqlclient REQUIRED IMPORTED_TARGET mysqlclient libmariadb)

# yaml-cpp 0.7 has no namespace, 0.8 has one.
if(TARGET yaml-cpp::yaml-cpp)
  set(REPLIKEY_YAML_CPP yaml-cpp::yaml-cpp)
else()
  set(REPLIKEY_YAML_CPP yaml-cpp)
endif()
