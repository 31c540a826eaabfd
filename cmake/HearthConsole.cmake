# Settles HEARTH_CONSOLE (AUTO, ON or OFF) into HEARTH_HAS_CONSOLE: the desktop console needs Qt,
# a node without a display does not.
set(HEARTH_HAS_CONSOLE OFF)
if(NOT HEARTH_CONSOLE STREQUAL "OFF")
  set(needed "")
  if(HEARTH_CONSOLE STREQUAL "ON")
    set(needed REQUIRED)
  endif()
  # qt6-base-dev, qt6-svg-dev, qt6-tools-dev, qt6-l10n-tools; qtkeychain-qt6-dev
  find_package(Qt6 6.4 QUIET ${needed} COMPONENTS Core Gui Widgets Network Svg Test LinguistTools)
  find_package(Qt6Keychain QUIET ${needed})
  if(Qt6_FOUND AND Qt6Keychain_FOUND)
    set(HEARTH_HAS_CONSOLE ON)
  else()
    message(STATUS "The console is left out: Qt 6 is not installed (installer/dependencies.sh console)")
  endif()
endif()
