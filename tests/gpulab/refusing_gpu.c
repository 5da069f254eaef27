// Loaded before CUDA's runtime: GPUs that cannot be used, as a machine has them that others use too.
//   REFUSE_BUSY=0,2     opening these gives cudaErrorDevicesUnavailable
//   REFUSE_MODE=0:3     compute modes of GPUs, as cudaComputeMode has them
//   REFUSE_OLD=1        these are of compute capability 7.0
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

enum { attribute_compute_mode = 20, attribute_capability_major = 75, attribute_capability_minor = 76, unavailable = 46 };

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
  if (attribute == attribute_capability_major && entry("REFUSE_OLD", device) != NULL) *value = 7;
  if (attribute == attribute_capability_minor && entry("REFUSE_OLD", device) != NULL) *value = 0;
  return result;
}
