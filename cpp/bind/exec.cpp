// How calls run: threads and CPU level.
#include <pybind11/stl.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "base/dispatch.h"
#include "base/limits.h"
#include "bind/batch.h"
#include "bind/registry.h"

namespace me::bind {
namespace {

std::atomic<int>& thread_count() {
  static std::atomic<int> threads{
      std::max(1, static_cast<int>(std::thread::hardware_concurrency()))};
  return threads;
}

std::thread::id& main_thread() {
  static std::thread::id id;
  return id;
}

}  // namespace

// Signals are handled on the main thread alone, known when it imports this module.
bool handles_signals() { return std::this_thread::get_id() == main_thread(); }

bool raised_by_signal() {
  const py::gil_scoped_acquire lock;
  return PyErr_CheckSignals() != 0;
}

Exec current_exec() { return {thread_count().load(std::memory_order_relaxed)}; }

ME_BIND(exec) {
  const py::object threading = py::module_::import("threading");
  if (threading.attr("current_thread")().is(threading.attr("main_thread")())) {
    main_thread() = std::this_thread::get_id();
  }
  module.def(
      "set_threads", [](int threads) { thread_count() = std::max(1, threads); },
      py::arg("threads"));
  module.def("threads", [] { return current_exec().threads; });
  module.def("set_level", force_level, py::arg("name"));
  module.def("level", [] { return std::string(level_name(active_level())); });
  module.def("limits", [] {
    std::vector<std::string> names;
    for (int i = 0; i < limit_count; i++) names.emplace_back(limit_name(static_cast<Limit>(i)));
    return names;
  });
  module.def(
      "set_limit",
      [](const std::string& name, std::int64_t value) {
        for (int i = 0; i < limit_count; i++) {
          if (name == limit_name(static_cast<Limit>(i))) set_limit(static_cast<Limit>(i), value);
        }
      },
      py::arg("name"), py::arg("value"));
  module.def("levels", [] {
    std::vector<std::string> names;
    for (const Level level : available_levels()) names.emplace_back(level_name(level));
    return names;
  });
}

}  // namespace me::bind
