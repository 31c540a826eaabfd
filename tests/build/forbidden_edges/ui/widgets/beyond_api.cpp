// The console sees the API only.
#include "engine/tensor.h"
