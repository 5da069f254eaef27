// Loaded before CUDA's runtime: GPUs that cannot be used, as a machine has them that others use too.
//   REFUSE_BUSY=0,2     opening these gives cudaErrorDevicesUnavailable
//   REFUSE_MODE=0:3     compute modes of GPUs, as cudaComputeMode has them
//   REFUSE_OLD=1        these are of compute capability 7.0
//   REFUSE_LONG=0       a display's watchdog ends these GPUs' long launches, so that cudaDevAttrKernelExecTimeout says
//   REFUSE_GANGS=0      launches whose blocks must all run at once give cudaErrorCooperativeLaunchTooLarge
//   REFUSE_WAIT=0       the first such launch takes longer than a display's watchdog allows: cudaErrorLaunchTimeout
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

enum {
  attribute_watched = 17,
  attribute_compute_mode = 20,
  attribute_capability_major = 75,
  attribute_capability_minor = 76,
  unavailable = 46,
  too_large = 720,
  timed_out = 702
};

// The text behind "N" or "N:" in a list of GPUs; NULL: it has no such GPU.
static const char* entry(const char* variable, int device) {
  const char* at = getenv(variable);
  while (at != NULL && *at != 0) {
    char* end = NULL;
    if (strtol(at, &end, 10) == device) return *end == ':' ? end + 1 : end;
    at = strchr(end, ',');
    if (at != NULL) ++at;
  }
  return NULL;
}

int cudaSetDevice(int device) {
  if (entry("REFUSE_BUSY", device) != NULL) return unavailable;
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "cudaSetDevice");
  return real(device);
}

int cudaDeviceGetAttribute(int* value, int attribute, int device) {
  int (*real)(int*, int, int) = (int (*)(int*, int, int))dlsym(RTLD_NEXT, "cudaDeviceGetAttribute");
  const int result = real(value, attribute, device);
  if (attribute == attribute_compute_mode && entry("REFUSE_MODE", device) != NULL)
    *value = atoi(entry("REFUSE_MODE", device));
  if (attribute == attribute_watched && entry("REFUSE_LONG", device) != NULL) *value = 1;
  if (attribute == attribute_capability_major && entry("REFUSE_OLD", device) != NULL) *value = 7;
  if (attribute == attribute_capability_minor && entry("REFUSE_OLD", device) != NULL) *value = 0;
  return result;
}

static int takes_too_long = 0;

int cudaStreamSynchronize(void* stream) {
  int (*real)(void*) = (int (*)(void*))dlsym(RTLD_NEXT, "cudaStreamSynchronize");
  const int result = real(stream);
  return __atomic_exchange_n(&takes_too_long, 0, __ATOMIC_SEQ_CST) ? timed_out : result;
}

struct dim3 {
  unsigned x, y, z;
};
int cudaLaunchCooperativeKernel(const void* kernel, struct dim3 grid, struct dim3 block, void** arguments,
                                size_t shared_bytes, void* stream) {
  int (*real)(const void*, struct dim3, struct dim3, void**, size_t, void*) =
      (int (*)(const void*, struct dim3, struct dim3, void**, size_t, void*))dlsym(RTLD_NEXT,
                                                                                   "cudaLaunchCooperativeKernel");
  int device = 0;
  int (*current)(int*) = (int (*)(int*))dlsym(RTLD_NEXT, "cudaGetDevice");
  if (current(&device) == 0 && entry("REFUSE_GANGS", device) != NULL) return too_large;
  static int launched = 0;
  if (entry("REFUSE_WAIT", device) != NULL && !__atomic_exchange_n(&launched, 1, __ATOMIC_SEQ_CST))
    __atomic_store_n(&takes_too_long, 1, __ATOMIC_SEQ_CST);
  return real(kernel, grid, block, arguments, shared_bytes, stream);
}
