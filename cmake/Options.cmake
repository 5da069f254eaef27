# Of what carves workspaces up, and measures them by carving from a null pointer (clang's check is of that, g++ has none).
set(carving $<$<CXX_COMPILER_ID:Clang>:-fno-sanitize=pointer-overflow>)
# Compile options and include folders that all of the project's own targets share; never exported.
add_library(warptune_options INTERFACE)
# g++ 12 sees overlapping copies in its own std::string (PR 105651).
set(no_false_alarm $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
# Where files are compiled together, a name of one is no outer name of the next.
set(shadowing $<$<NOT:$<BOOL:$<TARGET_PROPERTY:UNITY_BUILD>>>:-Wshadow>)
set(warnings -Wall -Wextra -Wpedantic ${shadowing} ${no_false_alarm} $<$<BOOL:${WARPTUNE_WERROR}>:-Werror>)
# A shared library that embeds ours exports nothing of it.
set(not_exported CXX_VISIBILITY_PRESET hidden CUDA_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
# Sums must be the same on every backend, so no compiler may fuse a multiplication with an addition on its own.
target_compile_options(warptune_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:${warnings};-ffp-contract=off>)
target_compile_definitions(warptune_options INTERFACE WARPTUNE_VERSION="${PROJECT_VERSION}")
target_include_directories(warptune_options SYSTEM INTERFACE ${XXHASH_INCLUDE} ${RANDOM123_INCLUDE})
