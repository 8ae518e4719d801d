# Rules of the house, checked as tests; each check must also find a planted fault.
set(check ${CMAKE_CURRENT_SOURCE_DIR}/check)
add_library(planted OBJECT check/planted/src/grid/eager.c)
target_link_libraries(planted PRIVATE regime_flags)
target_include_directories(planted PRIVATE ${PROJECT_SOURCE_DIR}/include)
target_link_libraries(planted PRIVATE MPI::MPI_C)

add_test(NAME style.names COMMAND ${check}/names.sh $<TARGET_FILE:regime_library>)
add_test(NAME style.names_fault COMMAND ${check}/names.sh $<TARGET_OBJECTS:planted>)
set_tests_properties(style.names_fault PROPERTIES PASS_REGULAR_EXPRESSION "not prefixed rg_: eager_grid")

# The objects that may speak of the grid, and the others.
add_test(NAME style.scalapack COMMAND ${check}/scalapack.sh ${scalapack_LIBRARY} /src/train/dist/
         $<TARGET_OBJECTS:regime_library> COMMAND_EXPAND_LISTS)
add_test(NAME style.scalapack_fault COMMAND ${check}/scalapack.sh ${scalapack_LIBRARY} /src/train/dist/
         $<TARGET_OBJECTS:planted>)
set_tests_properties(style.scalapack_fault PROPERTIES PASS_REGULAR_EXPRESSION
                     "eager.c.*: Cblacs_gridexit: only /src/train/dist/ calls ScaLAPACK")

add_test(NAME style.includes COMMAND ${check}/includes.sh ${PROJECT_SOURCE_DIR})
add_test(NAME style.includes_fault COMMAND ${check}/includes.sh ${check}/planted)
set_tests_properties(style.includes_fault PROPERTIES
                     PASS_REGULAR_EXPRESSION "regime/write.h: lies to the right of grid")

add_test(NAME style.dependencies COMMAND ${check}/dependencies.sh ${CMAKE_COMMAND} ${PROJECT_SOURCE_DIR}
         ${CMAKE_CURRENT_BINARY_DIR}/hidden)
set_tests_properties(style.names style.scalapack style.includes style.dependencies PROPERTIES TIMEOUT 120)
