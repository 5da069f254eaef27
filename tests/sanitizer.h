// Whether this build runs under a sanitizer, which g++ and clang say in ways of their own.
#pragma once

namespace warptune::test {

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
inline constexpr bool under_sanitizer = true;
#elif defined(__has_feature)
inline constexpr bool under_sanitizer = __has_feature(thread_sanitizer) || __has_feature(address_sanitizer);
#else
inline constexpr bool under_sanitizer = false;
#endif

}   // namespace warptune::test
