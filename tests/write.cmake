# The file's tests: ranks, and programs that write files for others to read, kill and compare.
regime_test(write_commit NP 1 2 4)
regime_test(write_create LIBRARIES ${CMAKE_DL_LIBS})
regime_test(write_inflight NP 1 2 4 LIBRARIES ${CMAKE_DL_LIBS})
regime_test(write_readback NP 1 2 4 LIBRARIES ${CMAKE_DL_LIBS})
regime_test(write_select NP 1 2)
regime_test(write_snapshots NP 1 2 4)

# sample_file KIND PATH: a small file of every kind, for tests in other languages.
add_executable(sample_file support/sample_file.c)
target_link_libraries(sample_file PRIVATE test_support)

# victim PATH: writes such a file and is killed at a call of one's choice.
add_executable(victim support/victim.c)
target_link_libraries(victim PRIVATE test_support ${CMAKE_DL_LIBS})

# Debian's Python modules are seen by this interpreter alone, whatever comes first on PATH.
add_test(NAME write.readers COMMAND /usr/bin/python3 ${CMAKE_CURRENT_SOURCE_DIR}/write_readers.py
         $<TARGET_FILE:sample_file>)
set_tests_properties(write.readers PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 120
                     ENVIRONMENT "${mpi_environment}")

add_test(NAME write.kill COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/write_kill.sh $<TARGET_FILE:victim>
         $<TARGET_FILE:blank_provenance> $<TARGET_FILE:regime> ${MPIEXEC_EXECUTABLE})
set_tests_properties(write.kill PROPERTIES TIMEOUT 300 ENVIRONMENT "${mpi_environment}")
