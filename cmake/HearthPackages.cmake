# Everything that is linked. All of it comes from Debian 12 and none of it is GPL.
# installer/dependencies.sh installs the packages named in the comments.
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)                        # libssl-dev
find_package(SQLite3 REQUIRED)                        # libsqlite3-dev
find_package(Poco REQUIRED COMPONENTS Foundation Net NetSSL Crypto)  # libpoco-dev
find_package(nlohmann_json REQUIRED)                  # nlohmann-json3-dev
find_package(spdlog REQUIRED)                         # libspdlog-dev
find_package(CLI11 REQUIRED)                          # libcli11-dev
find_package(PkgConfig REQUIRED)                      # pkg-config
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)      # libsodium-dev
pkg_check_modules(pcre2 REQUIRED IMPORTED_TARGET libpcre2-8)      # libpcre2-dev
pkg_check_modules(utf8proc REQUIRED IMPORTED_TARGET libutf8proc)  # libutf8proc-dev
# libtomlplusplus-dev, libvalijson-dev and libboost1.81-dev are header-only and on the default include path.

if(HEARTH_TESTS)
  find_package(GTest REQUIRED)                        # libgtest-dev, libgmock-dev
  include(GoogleTest)
endif()
