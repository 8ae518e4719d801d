/* The limit of one core. */
#pragma once

/* Flops per second of fused multiply-adds in registers, each counting for 2, of elements of so many bytes (4 or 8)
 * with the widest instructions of the processor; takes a tenth of a millisecond. NaN where it has none, or is
 * of another kind than x86-64.                                                                       */
double bench_peak(int bytes);
