#ifdef WARPTUNE_HAS_CUDA

#include "family/forest/cuda_dataset.h"

#include <algorithm>
#include <vector>

#include "base/aligned.h"
#include "device/cuda_upload.h"
#include "family/forest/cpu_executor.h"

namespace warptune {

using kernels::u32;
using kernels::u64;
using kernels::u8;

namespace {

template <class T>
const T* at(const DeviceBytes& bytes, const UploadPart& part) {
  return reinterpret_cast<const T*>(bytes.data() + part.at);
}

}   // namespace

CudaDataset::CudaDataset(const FitContext& context) {
  const CpuDataset host(context);
  const kernels::DatasetView& v = host.view();
  const u64 cells = u64{v.rows} * v.features;
  std::vector<UploadPart> parts = {{v.bins, cells},
                                   {v.labels, v.rows},
                                   {v.feature_bins, v.features},
                                   {v.feature_missing, v.features},
                                   {v.values, 8 * host.values()},
                                   {v.bin_begin, 4 * host.bin_begins()},
                                   {v.feature_begin, 4ull * v.features},
                                   {v.entropy_terms, 8ull * v.entropy_counts},
                                   {context.split->order.data(), 4ull * context.split->order.size()},
                                   {v.feature_fine, v.features},
                                   {v.fine, v.fine == nullptr ? 0 : cells},
                                   {host.class_order(),
                                    context.draws.by_class ? 4ull * context.split->order.size() : 0}};
  u64 bytes = 0;
  for (UploadPart& part : parts) {
    part.at = bytes;
    bytes += aligned(part.bytes, device_line_bytes);
  }
  bytes_ = DeviceBytes(bytes);
  const CudaStream stream;
  upload(bytes_.data(), parts, stream.get());
  view_ = v;
  view_.bins = at<u8>(bytes_, parts[0]);
  view_.labels = at<u8>(bytes_, parts[1]);
  view_.feature_bins = at<u8>(bytes_, parts[2]);
  view_.feature_missing = at<u8>(bytes_, parts[3]);
  view_.values = at<double>(bytes_, parts[4]);
  view_.bin_begin = at<u32>(bytes_, parts[5]);
  view_.feature_begin = at<u32>(bytes_, parts[6]);
  view_.entropy_terms = at<kernels::i64>(bytes_, parts[7]);
  order_ = at<u32>(bytes_, parts[8]);
  view_.feature_fine = at<u8>(bytes_, parts[9]);
  if (v.fine != nullptr) view_.fine = at<u8>(bytes_, parts[10]);
  if (context.draws.by_class) class_order_ = at<u32>(bytes_, parts[11]);
}

}   // namespace warptune

#endif
