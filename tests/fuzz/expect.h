// Stops a fuzz target where something that must hold does not.
#pragma once
#include <cstdio>
#include <cstdlib>

#define EXPECT(condition)                                                              \
  if (!(condition)) {                                                                  \
    std::fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__, #condition); \
    std::abort();                                                                      \
  }
