// ME_HD marks a function that runs on the host and, when nvcc compiles it, on the GPU.
#pragma once

#if defined(__CUDACC__)
#define ME_HD __host__ __device__
#else
#define ME_HD
#endif
