// A test harness in one page: checks that do not depend on NDEBUG, tests that register themselves.
#pragma once
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace check {

struct Test {
  const char* name;
  void (*body)();
};

inline std::vector<Test>& tests() {
  static std::vector<Test> all;
  return all;
}

struct Registration {
  Registration(const char* name, void (*body)()) { tests().push_back({name, body}); }
};

struct Failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

[[noreturn]] inline void fail(const char* file, int line, const std::string& text) {
  throw Failure(std::string(file) + ":" + std::to_string(line) + ": " + text);
}

template <class A, class B>
void equal(const A& ours, const B& wanted, const char* text, const char* file, int line) {
  if (ours == wanted) return;
  std::ostringstream out;
  out << text << " is " << ours << ", wanted " << wanted;
  fail(file, line, out.str());
}

}  // namespace check

#define ME_TEST(name)                                                 \
  static void name();                                                 \
  static const check::Registration registration_##name(#name, &name); \
  static void name()

#define CHECK(condition) \
  if (!(condition)) check::fail(__FILE__, __LINE__, #condition " does not hold")

#define CHECK_EQUAL(ours, wanted) check::equal(ours, wanted, #ours, __FILE__, __LINE__)

// The expression throws `type`; the exception is then called `caught` in the block that follows.
#define CHECK_THROWS(type, expression, block)                                  \
  do {                                                                         \
    bool threw = false;                                                        \
    try {                                                                      \
      (void)(expression);                                                      \
    } catch (const type& caught) {                                             \
      threw = true;                                                            \
      block                                                                    \
    }                                                                          \
    if (!threw) check::fail(__FILE__, __LINE__, #expression " threw nothing"); \
  } while (false)
