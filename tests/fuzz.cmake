# Coverage-guided fuzzing of sweep files: clang, with -DREGIME_SANITIZE=ON -DREGIME_FUZZ=ON.
option(REGIME_FUZZ "libFuzzer program for sweep files (clang only)" OFF)
if(REGIME_FUZZ)
  target_compile_options(regime_flags INTERFACE -fsanitize=fuzzer-no-link)
  target_link_options(regime_flags INTERFACE -fsanitize=fuzzer-no-link)
  add_executable(fuzz_config fuzz_config.c)
  target_link_libraries(fuzz_config PRIVATE regime_library regime_flags m)
  target_link_options(fuzz_config PRIVATE -fsanitize=fuzzer)
endif()
