#include "engine/cpu/kernel.h"
