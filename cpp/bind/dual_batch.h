// What Python holds as a batch: validated, immutable masks in either of two forms, and whatever
// keeps their memory alive. The forms are runs, and bits where runs are short; each is made from
// the other when it is first asked for, and kept.
#pragma once
#include <pybind11/pybind11.h>

#include <atomic>
#include <memory>
#include <optional>
#include <utility>

#include "bind/release_lock.h"
#include "runs/packed_masks.h"
#include "runs/runs.h"

namespace me::bind {

namespace py = pybind11;

struct Batch {
  RunsView view;
  std::shared_ptr<const void> keep;
};

inline Batch wrap(Runs&& runs) {
  auto owner = std::make_shared<const Runs>(std::move(runs));
  return {owner->view(), owner};
}

// What a batch holds to keep `owner` (its arrays) alive; dropping it may happen on any thread.
inline std::shared_ptr<const void> keep_alive(py::object owner) {
  return {owner.release().ptr(), [](const void* p) {
            const py::gil_scoped_acquire lock;
            py::handle(static_cast<PyObject*>(const_cast<void*>(p))).dec_ref();
          }};
}

struct PackedBatch {
  PackedView view;
  std::shared_ptr<const void> keep;
};

class DualBatch {
 public:
  // Most batches have runs alone, and ask for no more memory than these take.
  explicit DualBatch(Batch&& runs);
  explicit DualBatch(PackedMasks&& bits);

  std::int64_t n() const { return forms_ ? forms_->n : runs_.view.n; }
  Size size(std::int64_t i) const { return {sizes()[2 * i], sizes()[2 * i + 1]}; }
  const std::int64_t* sizes() const { return forms_ ? forms_->sizes : runs_.view.sizes; }

  // Both make what is not there yet, without the interpreter lock. Threads that ask at one time may
  // all make it, and one is kept: none waits for another, which the lock could keep from going on.
  const Batch& runs() const { return forms_ ? forms_->make_runs() : runs_; }
  // nullptr: runs are not short.
  const PackedView* bits() const { return forms_ ? &forms_->make_bits().view : nullptr; }

  // The bits where they have been made, else nullptr: for what reads little of either form.
  const PackedView* made_bits() const {
    const PackedBatch* made = forms_ ? forms_->bits.load(std::memory_order_acquire) : nullptr;
    return made != nullptr ? &made->view : nullptr;
  }

  DualBatch slice(std::int64_t begin, std::int64_t end) const;

 private:
  struct Forms {
    Forms(std::int64_t n_, const std::int64_t* sizes_) : n(n_), sizes(sizes_) {}
    Forms(const Forms&) = delete;
    Forms& operator=(const Forms&) = delete;
    ~Forms();
    const Batch& make_runs();
    const PackedBatch& make_bits();

    std::int64_t n;
    const std::int64_t* sizes;
    std::atomic<const Batch*> runs{nullptr};
    std::atomic<const PackedBatch*> bits{nullptr};
  };

  DualBatch() = default;

  Batch runs_;
  std::shared_ptr<Forms> forms_;  // where runs are short; then runs_ is empty
};

// The bits of two batches that meet, where one of them has bits: the other's are made for the call
// where it has none and is not much larger.
class BitPair {
 public:
  BitPair(const DualBatch& a, const DualBatch& b);
  BitPair(const BitPair&) = delete;
  BitPair& operator=(const BitPair&) = delete;

  double words() const { return double(first->total_words() + second->total_words()); }

  const PackedView* first;  // both, or nullptr
  const PackedView* second;

 private:
  const PackedView* make(const DualBatch& masks, const PackedView& other);

  std::optional<PackedMasks> made_;
  PackedView view_;
};

// Calls op(view) with the bits of the batch where it has them, else with its runs, without the
// interpreter lock where that takes `item_ns` for each mask and `run_ns` for each run, or `word_ns`
// for each word of bits. Of bits, op may give nothing: then it is called with the runs.
template <class Op>
DualBatch in_either_form(const DualBatch& masks, double item_ns, double run_ns, Op op,
                         double word_ns = 2.0) {
  if (const PackedView* bits = masks.bits()) {
    std::optional<PackedMasks> result;
    {
      const ReleaseLock release(word_ns * double(bits->total_words()));
      result = op(*bits);
    }
    if (result) return DualBatch(std::move(*result));
  }
  const RunsView& view = masks.runs().view;
  const ReleaseLock release(item_ns * double(view.n) + run_ns * double(view.total_counts()));
  return DualBatch(wrap(op(view)));
}

}  // namespace me::bind

namespace pybind11::detail {

// Python holds a DualBatch; what takes or gives a Batch deals with its runs.
template <>
class type_caster<me::bind::Batch> : public type_caster_base<me::bind::Batch> {
 public:
  static constexpr auto name = const_name<me::bind::DualBatch>();

  bool load(handle source, bool convert) {
    type_caster_base<me::bind::DualBatch> held;
    if (!held.load(source, convert)) return false;
    if (source.is_none()) {
      value = nullptr;
    } else {
      const auto& batch = static_cast<me::bind::DualBatch&>(held);
      value = const_cast<me::bind::Batch*>(&batch.runs());
    }
    return true;
  }

  static handle cast(me::bind::Batch&& batch, return_value_policy, handle parent) {
    return type_caster_base<me::bind::DualBatch>::cast(me::bind::DualBatch(std::move(batch)),
                                                       return_value_policy::move, parent);
  }
};

}  // namespace pybind11::detail
