# Fails when a file includes what its folder may not see.
#   cmake -DROOT=<repository> -P cmake/check_includes.cmake
# Runs with every build (target check_includes) and as a test over a tree with bad edges.
cmake_minimum_required(VERSION 3.25)

# What each folder may include from the repository. An arrow is a ceiling, not a licence.
set(may_core      "^core/")
set(may_storage   "^(core|storage)/")
set(may_engine    "^(core|engine)/")
set(may_finetune  "^(core|engine|finetune)/")
set(may_app       "^(core|storage|engine|finetune|app)/")
set(may_ui        "^(core/api|ui)/")

# Raw third-party handles and the only places that may hold them.
set(raw_names "sqlite3\\.h" "openssl/" "sodium\\.h" "cuda[a-zA-Z_]*\\.h" "nccl\\.h" "Poco/" "boost/beast" "Q[A-Z]" "qt6keychain/")
set(raw_rooms "^storage/sqlite/" "^core/crypto/" "^core/crypto/" "^engine/cuda/" "^engine/cuda/" "^app/" "^app/api/http/" "^ui/" "^ui/models/")

set(violations "")

function(check_own_include file folder included)
  if(NOT included MATCHES "${may_${folder}}")
    list(APPEND violations "${file}: \"${included}\" is above ${folder}/")
  elseif(file MATCHES "^engine/" AND NOT file MATCHES "^engine/(cpu|cuda|no_cuda)/"
         AND included MATCHES "^engine/cpu/")
    list(APPEND violations "${file}: \"${included}\": only the backend interface (engine/ops) may be used here")
  elseif(NOT EXISTS "${ROOT}/${included}")
    list(APPEND violations "${file}: \"${included}\" does not exist; includes are written from the repository's root")
  endif()
  set(violations "${violations}" PARENT_SCOPE)
endfunction()

function(check_raw_include file included)
  foreach(name room IN ZIP_LISTS raw_names raw_rooms)
    if(included MATCHES "^${name}" AND NOT file MATCHES "${room}")
      list(APPEND violations "${file}: <${included}> belongs into ${room}")
    endif()
  endforeach()
  if(included MATCHES "^Poco/" AND file MATCHES "\\.h$" AND NOT file MATCHES "^app/api/http/")
    list(APPEND violations "${file}: <${included}> in a header that others include")
  endif()
  set(violations "${violations}" PARENT_SCOPE)
endfunction()

foreach(folder IN ITEMS core storage engine finetune app ui)
  file(GLOB_RECURSE files RELATIVE "${ROOT}"
       "${ROOT}/${folder}/*.h" "${ROOT}/${folder}/*.cpp" "${ROOT}/${folder}/*.cu" "${ROOT}/${folder}/*.cuh")
  foreach(file IN LISTS files)
    file(STRINGS "${ROOT}/${file}" lines REGEX "^[ \t]*#[ \t]*include")
    foreach(line IN LISTS lines)
      if(line MATCHES "include[ \t]*\"([^\"]+)\"")
        check_own_include("${file}" "${folder}" "${CMAKE_MATCH_1}")
      elseif(line MATCHES "include[ \t]*<([^>]+)>")
        check_raw_include("${file}" "${CMAKE_MATCH_1}")
      endif()
    endforeach()
  endforeach()
endforeach()

if(violations)
  list(JOIN violations "\n  " text)
  message(FATAL_ERROR "Forbidden includes:\n  ${text}\nThe allowed edges stand in cmake/check_includes.cmake.")
endif()
