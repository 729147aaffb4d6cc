// Masks of one size: set algebra of pairs and groups, and votes of groups, are what they are pixel
// by pixel, at every CPU level, and the first by the GPU kernels, of runs with zeros among them.
#include "forms.h"
#include "ops/combine/combine.h"
#include "ops/vote/vote.h"

namespace {

using me::cpu::SetOp;

bool apply(SetOp op, bool a, bool b) {
  switch (op) {
    case SetOp::unite:
      return a || b;
    case SetOp::intersect:
      return a && b;
    case SetOp::subtract:
      return a && !b;
    case SetOp::exclude:
      break;
  }
  return a != b;
}

fuzz::Grid apply(SetOp op, const fuzz::Grid& a, const fuzz::Grid& b) {
  fuzz::Grid out(a.height, a.width);
  for (std::size_t k = 0; k < out.all.size(); k++) {
    out.all[k] = apply(op, a.all[k] != 0, b.all[k] != 0) ? 1 : 0;
  }
  return out;
}

// Masks of members, and of each group of them.
struct Batch {
  std::vector<fuzz::Grid> masks;
  std::vector<std::int64_t> groups, members, begins;
  std::int64_t n_groups = 0;
};

me::Runs runs_of(const std::vector<fuzz::Grid>& masks, std::uint64_t odd) {
  me::Runs runs;
  for (const fuzz::Grid& mask : masks) fuzz::append_runs(mask, runs, odd);
  return runs;
}

void sort_members(Batch& batch) {
  for (std::int64_t g = 0; g < batch.n_groups; g++) {
    batch.begins.push_back(static_cast<std::int64_t>(batch.members.size()));
    for (std::size_t i = 0; i < batch.groups.size(); i++) {
      if (batch.groups[i] == g) batch.members.push_back(static_cast<std::int64_t>(i));
    }
  }
  batch.begins.push_back(static_cast<std::int64_t>(batch.members.size()));
}

std::vector<fuzz::Grid> reduce(SetOp op, const Batch& batch, const fuzz::Grid& like) {
  std::vector<fuzz::Grid> out;
  for (std::size_t g = 0; g < static_cast<std::size_t>(batch.n_groups); g++) {
    fuzz::Grid all(like.height, like.width);
    if (op == SetOp::intersect) std::fill(all.all.begin(), all.all.end(), 1);
    for (std::int64_t k = batch.begins[g]; k < batch.begins[g + 1]; k++) {
      const auto member = static_cast<std::size_t>(batch.members[static_cast<std::size_t>(k)]);
      all = k == batch.begins[g] ? batch.masks[member] : apply(op, all, batch.masks[member]);
    }
    out.push_back(all);
  }
  return out;
}

// Foreground where `keeps` says so of the numbers, from 0 on, of the members that cover a pixel.
template <class Keeps>
std::vector<fuzz::Grid> vote(const Batch& batch, const fuzz::Grid& like, Keeps keeps) {
  std::vector<fuzz::Grid> out;
  for (std::size_t g = 0; g < static_cast<std::size_t>(batch.n_groups); g++) {
    fuzz::Grid all(like.height, like.width);
    for (std::size_t p = 0; p < all.all.size(); p++) {
      std::vector<std::int64_t> covering;
      for (std::int64_t k = batch.begins[g]; k < batch.begins[g + 1]; k++) {
        const std::int64_t member = batch.members[static_cast<std::size_t>(k)];
        if (batch.masks[static_cast<std::size_t>(member)].all[p] != 0) covering.push_back(member);
      }
      all.all[p] = keeps(covering) ? 1 : 0;
    }
    out.push_back(all);
  }
  return out;
}

void check_votes(const Batch& batch, const me::Runs& masks, me::Size shape, std::uint64_t odd) {
  const auto k = static_cast<std::int64_t>(odd) - 1;
  const me::cpu::GroupsOf groups{batch.groups.data(), batch.n_groups, shape};
  std::vector<me::cpu::WideNumber> weights;
  for (std::size_t i = 0; i < batch.masks.size(); i++) {
    weights.push_back({static_cast<std::int64_t>(i) - 2, static_cast<std::int64_t>(7 * i)});
  }
  const auto many = [k](const auto& covering) {
    return static_cast<std::int64_t>(covering.size()) >= k;
  };
  const auto heavy = [](const auto& covering) {
    std::int64_t sum = 0;  // the high parts are far from 2^31
    for (const std::int64_t i : covering) sum += (i - 2) * (std::int64_t{1} << 32) + 7 * i;
    return sum >= 5;
  };
  const me::Runs wanted = runs_of(vote(batch, batch.masks[0], many), 0);
  const me::Runs weighed = runs_of(vote(batch, batch.masks[0], heavy), 0);
  const me::PackedMasks bits = me::pack(masks.view(), fuzz::one_thread);
  EXPECT(fuzz::both(masks.view(), bits, wanted, [&](const auto& form) {
    return me::cpu::at_least(form, k, groups, fuzz::one_thread);
  }));
  EXPECT(fuzz::both(masks.view(), bits, weighed, [&](const auto& form) {
    return me::cpu::weigh(form, weights.data(), {0, 5}, groups, fuzz::one_thread);
  }));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const me::Size shape = fuzz::read_size(input);
  const std::uint64_t odd = input.byte() % 7;
  const std::int64_t n = 1 + input.below(5);
  const auto op = static_cast<SetOp>(input.below(4));
  const me::cuda::Queue queue = fuzz::queue_of(input);
  Batch batch;
  batch.n_groups = 1 + input.below(3);
  for (std::int64_t i = 0; i < n; i++) {
    batch.groups.push_back(input.below(batch.n_groups));
    fuzz::Input part(input.at(), static_cast<std::size_t>(std::min<std::int64_t>(
                                     input.left(), 1 + input.left() / (n - i))));
    for (std::int64_t k = part.left(); k > 0; k--) input.byte();
    batch.masks.push_back(fuzz::read_grid(part, shape.height, shape.width, 2));
  }
  sort_members(batch);
  const me::Runs masks = runs_of(batch.masks, odd);
  const me::Runs one = fuzz::runs_of(batch.masks[0], 0);
  std::vector<fuzz::Grid> pairs, inverses;
  for (const fuzz::Grid& mask : batch.masks) {
    pairs.push_back(apply(op, mask, batch.masks[0]));
    inverses.push_back(mask);
    for (std::uint64_t& pixel : inverses.back().all) pixel = 1 - pixel;
  }
  const me::Runs wanted_pairs = runs_of(pairs, 0);
  const me::Runs wanted_inverses = runs_of(inverses, 0);
  const me::Runs wanted_groups = runs_of(reduce(op, batch, batch.masks[0]), 0);
  fuzz::at_every_level([&] {
    const me::PackedMasks bits = me::pack(masks.view(), fuzz::one_thread);
    const me::PackedMasks one_bits = me::pack(one.view(), fuzz::one_thread);
    EXPECT(fuzz::same(me::cpu::combine_pairs(op, masks.view(), one.view(), fuzz::one_thread),
                      wanted_pairs));
    EXPECT(fuzz::same(
        me::unpack(
            me::cpu::combine_pairs(op, bits.view(), one_bits.view(), fuzz::one_thread).view(),
            fuzz::one_thread),
        wanted_pairs));
    EXPECT(fuzz::both(masks.view(), bits, wanted_groups, [&](const auto& form) {
      return me::cpu::combine_groups(op, form, batch.groups.data(), batch.n_groups, shape,
                                     fuzz::one_thread);
    }));
    EXPECT(fuzz::both(masks.view(), bits, wanted_inverses, [](const auto& form) {
      return me::cpu::complement(form, fuzz::one_thread);
    }));
  });
  check_votes(batch, masks, shape, odd);
  const me::cuda::DeviceRunsView there = device::view_of(masks);
  const me::cuda::DeviceGroups groups{batch.members.data(), batch.begins.data(),
                                      wanted_groups.sizes.data(), batch.n_groups};
  EXPECT(fuzz::same(me::cuda::combine_pairs(queue, op, there, device::view_of(one),
                                            masks.sizes.data(), one.sizes.data()),
                    wanted_pairs));
  EXPECT(fuzz::same(me::cuda::combine_groups(queue, op, there, masks.sizes.data(), groups),
                    wanted_groups));
  EXPECT(fuzz::same(me::cuda::complement(queue, there, masks.sizes.data()), wanted_inverses));
  return 0;
}
