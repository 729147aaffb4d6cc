// Runs all tests, or those whose name contains the argument; --levels says which CPU levels run
// here.
#include <cstring>

#include "base/dispatch.h"
#include "check.h"

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "--levels") == 0) {
    for (const me::Level level : me::available_levels()) std::cout << me::level_name(level) << "\n";
    return EXIT_SUCCESS;
  }
  int failed = 0;
  int run = 0;
  const char* const level = me::level_name(me::active_level());
  for (const check::Test& test : check::tests()) {
    if (argc > 1 && std::strstr(test.name, argv[1]) == nullptr) continue;
    run++;
    me::force_level(level);  // whatever the test before left
    try {
      test.body();
    } catch (const std::exception& error) {
      failed++;
      std::cerr << "FAILED " << test.name << ": " << error.what() << "\n";
    }
  }
  std::cout << run << " tests, " << failed << " failed\n";
  return failed == 0 && run > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
