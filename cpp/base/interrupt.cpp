#include "base/interrupt.h"

#include <chrono>

namespace me {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double look_ns = 1e6;
constexpr auto ask_every = std::chrono::milliseconds(50);

struct State {
  double spent;                     // estimated, since the clock was looked at
  bool (*ask)();                    // or nullptr
  const std::atomic<bool>* failed;  // or nullptr
  Clock::rep asked;
  int depth;  // of handlers
};

thread_local State state{0, nullptr, nullptr, 0, 0};

// While one lives, calls are those of a handler.
class InHandler {
 public:
  InHandler() { state.depth++; }
  ~InHandler() { state.depth--; }
  InHandler(const InHandler&) = delete;
  InHandler& operator=(const InHandler&) = delete;
};

bool ask_handlers(bool (*ask)()) {
  const InHandler in_handler;
  return ask();
}

void look(State& now) {
  now.spent = 0;
  if (now.failed != nullptr && now.failed->load(std::memory_order_relaxed)) throw Interrupted();
  if (now.ask == nullptr) return;
  const Clock::time_point time = Clock::now();
  if (time - Clock::time_point(Clock::duration(now.asked)) < ask_every) return;
  const bool stop = ask_handlers(now.ask);
  now.asked = Clock::now().time_since_epoch().count();
  if (stop) throw Interrupted();
}

}  // namespace

void poll(double ns) {
  State& now = state;
  now.spent += ns;
  if (now.spent >= look_ns) look(now);
}

int handlers_at_work() { return state.depth; }

bool may_be_interrupted() { return state.ask != nullptr; }

AskWhile::AskWhile(bool (*stop)()) : before_(state.ask) {
  state.ask = stop;
  state.asked = Clock::now().time_since_epoch().count();
}

AskWhile::~AskWhile() { state.ask = before_; }

StopWhen::StopWhen(const std::atomic<bool>& failed) : before_(state.failed) {
  state.failed = &failed;
}

StopWhen::~StopWhen() { state.failed = before_; }

}  // namespace me
