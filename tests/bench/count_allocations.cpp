#include <array>
#include <atomic>
#include <charconv>
#include <cstddef>
#include <cstdlib>

#include <fcntl.h>
#include <unistd.h>

// To be loaded by LD_PRELOAD: counts what is asked of malloc and its kin, and writes the number to
// the file that REPLIKEY_ALLOCATIONS names when the process ends.
namespace {

std::atomic<unsigned long> count{0};

void note() noexcept {
  count.fetch_add(1, std::memory_order_relaxed);
}

[[gnu::destructor]] void report() {
  const char* path = std::getenv("REPLIKEY_ALLOCATIONS");
  const int file = path == nullptr ? -1 : ::open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (file < 0) {
    return;
  }
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), count.load()).ptr;
  static_cast<void>(!::write(file, digits.data(), static_cast<std::size_t>(end - digits.data())));
  ::close(file);
}

}  // namespace

// glibc's own functions under the names it keeps for this.
extern "C" {
// NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t number, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
// NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)

void* malloc(std::size_t size) {
  note();
  return __libc_malloc(size);
}
void* calloc(std::size_t number, std::size_t size) {
  note();
  return __libc_calloc(number, size);
}
void* realloc(void* memory, std::size_t size) {
  note();
  return __libc_realloc(memory, size);
}
void* memalign(std::size_t alignment, std::size_t size) {
  note();
  return __libc_memalign(alignment, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  note();
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** memory, std::size_t alignment, std::size_t size) {
  note();
  *memory = __libc_memalign(alignment, size);
  return *memory == nullptr ? 12 : 0;  // ENOMEM
}
}
