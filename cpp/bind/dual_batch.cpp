#include "bind/dual_batch.h"

namespace me::bind {
namespace {

PackedBatch wrap_bits(PackedMasks&& bits) {
  auto owner = std::make_shared<const PackedMasks>(std::move(bits));
  return {owner->view(), owner};
}

// Keeps `made` unless another thread was faster; gives what is kept.
template <class Form>
const Form& keep_first(std::atomic<const Form*>& place, std::unique_ptr<const Form> made) {
  const Form* kept = nullptr;
  if (place.compare_exchange_strong(kept, made.get(), std::memory_order_acq_rel)) {
    return *made.release();
  }
  return *kept;
}

}  // namespace

DualBatch::Forms::~Forms() {
  delete runs.load();
  delete bits.load();
}

const Batch& DualBatch::Forms::make_runs() {
  const Batch* made = runs.load(std::memory_order_acquire);
  if (made != nullptr) return *made;
  const PackedView& view = bits.load(std::memory_order_acquire)->view;
  const ReleaseLock release(10.0 * double(view.total_words()));
  return keep_first(runs, std::make_unique<const Batch>(wrap(unpack(view, current_exec()))));
}

const PackedBatch& DualBatch::Forms::make_bits() {
  const PackedBatch* made = bits.load(std::memory_order_acquire);
  if (made != nullptr) return *made;
  const RunsView& view = runs.load(std::memory_order_acquire)->view;
  const ReleaseLock release(0.5 * double(view.total_counts()));
  auto packed = wrap_bits(pack(view, current_exec()));
  return keep_first(bits, std::make_unique<const PackedBatch>(std::move(packed)));
}

DualBatch::DualBatch(Batch&& runs) {
  if (!packs_well(runs.view)) {
    runs_ = std::move(runs);
    return;
  }
  forms_ = std::make_shared<Forms>(runs.view.n, runs.view.sizes);
  forms_->runs = new Batch(std::move(runs));
}

DualBatch::DualBatch(PackedMasks&& bits) {
  auto packed = std::make_unique<const PackedBatch>(wrap_bits(std::move(bits)));
  forms_ = std::make_shared<Forms>(packed->view.n, packed->view.sizes);
  forms_->bits = packed.release();
}

DualBatch DualBatch::slice(std::int64_t begin, std::int64_t end) const {
  const auto part = [&](const RunsView& view) -> RunsView {
    return {view.counts, view.offsets + begin, view.sizes + 2 * begin, end - begin};
  };
  if (!forms_) return DualBatch(Batch{part(runs_.view), runs_.keep});
  DualBatch out;
  out.forms_ = std::make_shared<Forms>(end - begin, forms_->sizes + 2 * begin);
  if (const Batch* runs = forms_->runs.load(std::memory_order_acquire)) {
    out.forms_->runs = new Batch{part(runs->view), runs->keep};
  }
  if (const PackedBatch* bits = forms_->bits.load(std::memory_order_acquire)) {
    const PackedView& view = bits->view;
    out.forms_->bits = new PackedBatch{
        {view.words, view.offsets + begin, view.sizes + 2 * begin, end - begin}, bits->keep};
  }
  return out;
}

BitPair::BitPair(const DualBatch& a, const DualBatch& b) : first(a.bits()), second(b.bits()) {
  if (first == nullptr && second != nullptr) {
    first = make(a, *second);
  } else if (second == nullptr && first != nullptr) {
    second = make(b, *first);
  }
  if (first == nullptr || second == nullptr) first = second = nullptr;
}

const PackedView* BitPair::make(const DualBatch& masks, const PackedView& other) {
  if (!stays_packed(masks.sizes(), masks.n(), other)) return nullptr;
  const RunsView& runs = masks.runs().view;
  const ReleaseLock release(0.5 * double(runs.total_counts() + other.total_words()));
  made_.emplace(pack(runs, current_exec()));
  view_ = made_->view();
  return &view_;
}

}  // namespace me::bind
