#include "replikey/source/options.hpp"

#include <array>
#include <cstddef>

#include "replikey/model/gtid.hpp"

namespace replikey::source {
namespace {

// FNV-1a, then the finaliser of MurmurHash3: written out here, so that ids stay what they are
// whatever a library's next version does.
std::uint64_t hash_of(std::string_view text, std::uint64_t seed) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325ULL ^ seed;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3ULL;
  }
  hash ^= hash >> 33U;
  hash *= 0xff51afd7ed558ccdULL;
  hash ^= hash >> 33U;
  hash *= 0xc4ceb9fe1a85ec53ULL;
  return hash ^ (hash >> 33U);
}

}  // namespace

std::uint32_t server_id_for(std::string_view pipeline_name) {
  // The upper half of the numbers: small ones are those that people choose for servers.
  constexpr std::uint32_t kUpperHalf = 0x80000000U;
  return static_cast<std::uint32_t>(hash_of(pipeline_name, 0)) | kUpperHalf;
}

std::string uuid_for(std::string_view pipeline_name) {
  std::array<std::byte, 16> uuid{};
  for (std::size_t half = 0; half < 2; ++half) {
    const std::uint64_t hash = hash_of(pipeline_name, half + 1);
    for (std::size_t i = 0; i < 8; ++i) {
      uuid[half * 8 + i] = static_cast<std::byte>(hash >> (8 * i));
    }
  }
  constexpr std::byte kVersion8{0x80};
  constexpr std::byte kVariant{0x80};
  uuid[6] = (uuid[6] & std::byte{0x0F}) | kVersion8;
  uuid[8] = (uuid[8] & std::byte{0x3F}) | kVariant;
  return to_string(uuid);
}

}  // namespace replikey::source
