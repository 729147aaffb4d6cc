// What an edit of a canvas did, as Python holds it.
#pragma once
#include <memory>
#include <utility>

#include "ops/canvas/canvas.h"

namespace me::bind {

// Holds the changes as they were found, or as a patch, which takes a tenth of the memory; the patch
// is made when it is asked for.
struct CanvasEdit {
  Size size;
  Element element = Element::u8;
  std::shared_ptr<const cpu::Changes> changes;
  std::shared_ptr<const cpu::Patch> patch;
  cpu::Extent extent;
  bool complete = true;

  const cpu::Patch& as_patch() {
    if (!patch) patch = std::make_shared<cpu::Patch>(cpu::make_patch(*changes, size, element));
    return *patch;
  }
  std::shared_ptr<const cpu::Changes> as_changes() const {
    if (changes) return changes;
    auto made = std::make_shared<cpu::Changes>();
    cpu::append_changes(*patch, *made);
    return made;
  }
};

// An edit of changes that are in order; null: one that was refused.
inline CanvasEdit canvas_edit(const cpu::LabelMap& labels,
                              std::shared_ptr<const cpu::Changes> changes) {
  CanvasEdit edit;
  edit.size = labels.size();
  edit.element = labels.element();
  edit.complete = changes != nullptr;
  if (!changes) changes = std::make_shared<const cpu::Changes>();
  edit.extent = cpu::extent_of(*changes);
  edit.changes = std::move(changes);
  return edit;
}

// The same, kept as a patch: for the history.
inline CanvasEdit compact_edit(CanvasEdit edit) {
  edit.as_patch();
  edit.changes.reset();
  return edit;
}

inline CanvasEdit edit_of(const cpu::Patch& patch) {
  CanvasEdit edit;
  edit.size = patch.size;
  edit.element = patch.element;
  edit.patch = std::make_shared<const cpu::Patch>(patch);
  edit.extent = patch.extent;
  return edit;
}

}  // namespace me::bind
