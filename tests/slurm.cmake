# Under a real SLURM, which each script in slurm/ starts for itself: skipped where its packages are not
# installed, unless REGIME_NO_SKIP=1 makes that a failure.
function(slurm_test name timeout)
  cmake_parse_arguments(T "SLOW" "SCRIPT;ENVIRONMENT" "" ${ARGN})
  set(script ${name})
  if(T_SCRIPT)
    set(script ${T_SCRIPT})
  endif()
  set(label slurm)
  set(configurations "")
  if(T_SLOW)
    set(label slurm-slow)
    set(configurations CONFIGURATIONS slow)
  endif()
  add_test(NAME slurm.${name} ${configurations}
           COMMAND timeout -k 30 ${timeout} bash ${CMAKE_CURRENT_SOURCE_DIR}/slurm/${script}.sh)
  math(EXPR limit "${timeout} + 40")
  set_tests_properties(slurm.${name} PROPERTIES TIMEOUT ${limit} SKIP_RETURN_CODE 77 LABELS ${label}
    ENVIRONMENT "${run_environment};${T_ENVIRONMENT}")
endfunction()
slurm_test(array 300)
slurm_test(cancel 300)
slurm_test(complete 300)
slurm_test(node 300)
slurm_test(requeue 400)
slurm_test(stop 300)

# What has to wait for SLURM's own clocks, minutes each: cmake --build build/release --target slurm-slow
slurm_test(limit 1800 SLOW)
slurm_test(node_unseen 600 SLOW SCRIPT node ENVIRONMENT REAL=1)
add_custom_target(slurm-slow COMMAND ${CMAKE_CTEST_COMMAND} -C slow -L slurm-slow --output-on-failure)
add_dependencies(slurm-slow regime blank_provenance)
