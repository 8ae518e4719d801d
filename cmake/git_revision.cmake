# Writes OUT (version_config.h) with the revision of the checkout; touched only when it changes.
execute_process(COMMAND git describe --always --dirty --abbrev=12 --exclude=*
                WORKING_DIRECTORY ${SOURCE} OUTPUT_VARIABLE REGIME_GIT_REVISION
                OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
if(failed)
  set(REGIME_GIT_REVISION unknown)
endif()
configure_file(${SOURCE}/cmake/version_config.h.in ${OUT} @ONLY)
