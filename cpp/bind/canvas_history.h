// The steps of a canvas that can be taken back and made again. They are kept here, not by Python,
// so that no handler of a signal can come between a change of the labels and its step.
#pragma once
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <deque>
#include <utility>

#include "base/error.h"
#include "bind/canvas_edit.h"

namespace me::bind {

// Two stacks. The oldest steps are dropped when both take more than the budget of bytes.
class CanvasHistory {
 public:
  explicit CanvasHistory(std::int64_t budget) : budget_(budget) {}

  const std::deque<CanvasEdit>& done() const { return done_; }
  const std::deque<CanvasEdit>& undone() const { return undone_; }
  // The same, asked while another thread edits.
  std::int64_t steps() const { return steps_.load(std::memory_order_relaxed); }
  bool can_redo() const { return redo_.load(std::memory_order_relaxed); }

  // Adds a step, before it is written: nothing can fail after that. What had been undone cannot be
  // made again. One without changes is none.
  void add(const CanvasEdit& step) {
    if (step.extent.area == 0) return;
    done_.push_back(step);
    for (const CanvasEdit& old : undone_) bytes_ -= bytes_of(old);
    undone_.clear();
    bytes_ += bytes_of(step);
    drop_oldest();
    publish();
  }

  // Puts one step in the place of the last n; none for one without changes.
  void replace_last(std::int64_t n, const CanvasEdit& step) {
    if (step.extent.area > 0) done_.push_back(step);
    const auto last = done_.end() - (step.extent.area > 0 ? 1 : 0);
    for (auto old = last - n; old != last; ++old) bytes_ -= bytes_of(*old);
    done_.erase(last - n, last);
    if (step.extent.area > 0) bytes_ += bytes_of(step);
    drop_oldest();  // a joint step can take more than its parts
    publish();
  }

  // Moves the last step that was done to those undone, or back. What `write` does cannot fail.
  template <class Write>
  void move_last(bool back, Write write) {
    std::deque<CanvasEdit>& from = back ? done_ : undone_;
    (back ? undone_ : done_).push_back(from.back());
    write();
    from.pop_back();
    publish();
  }

 private:
  static std::int64_t bytes_of(const CanvasEdit& step) { return step.patch->bytes(); }

  void drop_oldest() {
    while (bytes_ > budget_ && !done_.empty()) {
      bytes_ -= bytes_of(done_.front());
      done_.pop_front();
    }
  }

  void publish() {
    steps_ = static_cast<std::int64_t>(done_.size());
    redo_ = !undone_.empty();
  }

  std::int64_t budget_;
  std::int64_t bytes_ = 0;
  std::deque<CanvasEdit> done_, undone_;
  std::atomic<std::int64_t> steps_{0};
  std::atomic<bool> redo_{false};
};

}  // namespace me::bind
