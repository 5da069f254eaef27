#include "tests/ops/kernel_forest.h"

#include <algorithm>
#include <cstring>

#include "family/forest/cpu_executor.h"
#include "tests/ops/team_kernels.h"

namespace warptune::test {

namespace {

using kernels::DatasetView;
using kernels::Fit;
using kernels::gini;
using kernels::i64;
using kernels::none32;
using kernels::u32;
using kernels::u64;
using kernels::u8;
using kernels::vote_bits;

// How a grown tree of class counts lies in its workspace, for one lane and for many.
#define DEVICE inline
// clang-format off
#include "kernels/math/explog.h"
#include "kernels/stat/criterion.h"
#include "kernels/stat/class_counts.h"
#include "kernels/forest/rows_single.h"
#include "kernels/forest/tree.h"
// clang-format on
#undef DEVICE

// A buffer that starts with rubbish and has guard bytes behind it.
template <class T>
class Guarded {
 public:
  explicit Guarded(u64 count, u8 rubbish = 0xcd) : bytes_(count * sizeof(T)), lines_(bytes_ / 64 + 3) {
    std::memset(static_cast<void*>(lines_.data()), guard, lines_.size() * 64);
    std::memset(static_cast<void*>(lines_.data()), rubbish, bytes_);
  }
  T* data() { return reinterpret_cast<T*>(lines_.data()); }
  [[nodiscard]] bool intact() const {
    const u8* begin = reinterpret_cast<const u8*>(lines_.data());
    return std::all_of(begin + bytes_, begin + lines_.size() * 64, [](u8 b) { return b == guard; });
  }

 private:
  static constexpr u8 guard = 0x5a;
  struct alignas(64) Line {
    u8 bytes[64];
  };
  u64 bytes_;
  std::vector<Line> lines_;
};

std::vector<KernelNode> nodes_of(u8* workspace, const DatasetView& data, const Fit& fit) {
  const auto t = carve_tree<ClassCounts>(workspace, data, fit, 0).tree;
  u32 count = 1;
  std::vector<KernelNode> nodes;
  for (u32 v = 0; v < count; ++v) {   // level by level: children come after all nodes before them
    KernelNode node;
    node.splits = t.feature[v] != none32;
    node.path = t.path[v];
    node.counts.assign(t.sums + u64{v} * data.classes, t.sums + u64{v + 1} * data.classes);
    if (node.splits) {
      node.feature = t.feature[v];
      node.threshold = t.threshold[v] & 0xffff;
      node.missing_left = t.threshold[v] >> 16 != 0;
      node.left = t.left[v];
      count = std::max(count, t.left[v] + 2);
    }
    nodes.push_back(std::move(node));
  }
  return nodes;
}

}   // namespace

KernelForest grow_forest(const FitContext& context, const FitTask& task, u32 lanes) {
  KernelForest forest;
  forest.prepared = prepare_fit(context, task);
  PreparedFit& prepared = forest.prepared;
  const CpuDataset dataset(context);
  const DatasetView& data = dataset.view();
  const kernels::CpuKernels& cpu = cpu_kernels();
  const bool many = lanes > 1;
  const u32 bucket_words = 300;   // too few for large histograms, so that they are cut up

  Fit& fit = prepared.fit;
  const u64 valid = prepared.validation_rows, trees = prepared.trees;
  Guarded<u32> leaf(trees * valid), cut(trees * fit.tiles * fit.tile * fit.max_nodes),
      value(trees * fit.max_nodes * fit.values);
  Guarded<u64> votes(fit.tiles * fit.tile * valid * fit.values), sums(prepared.sums_count(), 0);
  Guarded<u64> keys(context.metric->ranks ? fit.queries * valid : 0);
  fit.order = context.split->order.data();
  fit.class_weights = prepared.class_weights.data();
  fit.class_range = prepared.class_ranges.data();
  fit.class_order = dataset.class_order();
  fit.structure = prepared.structures.data();
  fit.query_begin = prepared.query_begin.data();
  for (u32 q = 0; q < fit.queries; ++q) prepared.queries[q].keys = q;
  fit.query = prepared.queries.data();
  fit.trees = prepared.trees;
  fit.leaf = leaf.data();
  fit.cut = cut.data();
  fit.value = value.data();
  fit.votes = votes.data();
  fit.sums = sums.data();
  fit.area_keys = keys.data();

  Guarded<u8> workspace(many ? kernels::team::tree_workspace_bytes(data, fit, 1) : cpu.tree_workspace_bytes(data, fit));
  for (u32 t = 0; t < trees; ++t) {
    const kernels::TreeUnit unit{0, t};
    const kernels::GrowArgs args{data, &fit, &unit, 1, nullptr, nullptr, 0};
    if (many)
      kernels::team::grow(args, 0, workspace.data(), {lanes, bucket_words});
    else
      cpu.grow(args, 0, workspace.data());
    KernelTree tree;
    tree.nodes = nodes_of(workspace.data(), data, fit);
    tree.leaf.assign(leaf.data() + t * valid, leaf.data() + (t + 1) * valid);
    for (u32 s = 0; s < fit.structures; ++s) {
      const u32* cuts = cut.data() + (u64{t} * fit.tiles + s / fit.tile) * fit.max_nodes * fit.tile;
      const auto cut_of = [&](u32 v) { return cuts[u64{v} * fit.tile + s % fit.tile]; };
      const u32* value_of = value.data() + u64{t} * fit.max_nodes * fit.values;
      std::vector<bool>& splits = tree.splits.emplace_back();
      auto& leaf_votes = tree.votes.emplace_back(tree.nodes.size());
      for (u32 v = 0; v < tree.nodes.size(); ++v) {
        splits.push_back(tree.nodes[v].splits && cut_of(v) == none32);
        if (tree.nodes[v].splits) continue;
        if (fit.values == 1)
          leaf_votes[v] = {cut_of(v)};
        else
          leaf_votes[v].assign(value_of + u64{cut_of(v)} * fit.values, value_of + u64{cut_of(v) + 1} * fit.values);
      }
    }
    forest.trees.push_back(std::move(tree));
  }

  for (u32 tile = 0; tile < fit.tiles; ++tile) {
    const kernels::ScoreUnit unit{0, tile, 0, prepared.validation_rows};
    const kernels::ScoreArgs args{data, &fit, &unit, 1, nullptr, nullptr, 0};
    Guarded<u8> space(cpu.score_workspace_bytes(unit, fit));
    if (many)
      kernels::team::score(args, 0, space.data(), lanes);
    else
      cpu.score(args, 0, space.data());
    forest.stayed_inside &= space.intact();
  }
  if (context.metric->ranks) {
    Guarded<u8> space(many ? kernels::team::area_bytes(fit, lanes) : cpu.area_workspace_bytes(fit));
    for (u32 q = 0; q < fit.queries; ++q) {
      const kernels::AreaUnit unit{0, q};
      const kernels::AreaArgs args{data, &fit, &unit, 1, nullptr, nullptr, 0};
      if (many)
        kernels::team::area(args, 0, space.data(), lanes);
      else
        cpu.area(args, 0, space.data());
    }
    forest.stayed_inside &= space.intact();
  }
  for (u32 s = 0; s < fit.structures; ++s)
    for (u64 i = 0; i < valid; ++i) {
      const u64* of_row = votes.data() + ((s / fit.tile * valid + i) * fit.tile + s % fit.tile) * fit.values;
      forest.votes.insert(forest.votes.end(), of_row, of_row + fit.values);
    }
  forest.sums.assign(sums.data(), sums.data() + prepared.sums_count());
  forest.stayed_inside &= leaf.intact() && cut.intact() && value.intact() && votes.intact() && sums.intact() &&
                          keys.intact() && workspace.intact();
  return forest;
}

}   // namespace warptune::test
