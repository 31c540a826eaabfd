#include "ui/shell/navigator.h"
