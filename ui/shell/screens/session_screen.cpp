#include "ui/shell/screens/session_screen.h"
