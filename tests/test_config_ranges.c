/* Ranges against numpy.linspace and numpy.geomspace, bit for bit. The bits are those of NumPy 1.24.2:
 *   bits = lambda v: ", ".join(f"0x{x:016x}" for x in v.view("u8"))
 *   bits(numpy.linspace(from, to, count)), bits(numpy.geomspace(from, to, count))
 * with NPY_DISABLE_CPU_FEATURES="AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL", for its
 * AVX-512 pow is off by one in the last bit at some places; without it NumPy calls the C library's.  */
#include <math.h>
#include <string.h>

#include "regime/grid.h"
#include "sample_model.h"
#include "test.h"

const char *const test_suite = "config_ranges";

static const struct reference {
    enum rg_spacing spacing;
    double from, to;
    int64_t count;
    uint64_t bits[20];
} references[] = {
    {RG_LINEAR, 0.1, 1.0, 20, {0x3fb999999999999a, 0x3fc2dcf7ea712dd0, 0x3fc8ed2308158ed2,
                               0x3fcefd4e25b9efd5, 0x3fd286bca1af286c, 0x3fd58ed2308158ee,
                               0x3fd896e7bf53896e, 0x3fdb9efd4e25b9f0, 0x3fdea712dcf7ea72,
                               0x3fe0d79435e50d79, 0x3fe25b9efd4e25ba, 0x3fe3dfa9c4b73dfb,
                               0x3fe563b48c20563b, 0x3fe6e7bf53896e7c, 0x3fe86bca1af286bd,
                               0x3fe9efd4e25b9efd, 0x3feb73dfa9c4b73e, 0x3fecf7ea712dcf7f,
                               0x3fee7bf53896e7bf, 0x3ff0000000000000}},
    {RG_LINEAR, 0.0, 1.0, 3, {0x0000000000000000, 0x3fe0000000000000, 0x3ff0000000000000}},
    {RG_LINEAR,
     -3.0,
     7.5,
     11,
     {0xc008000000000000, 0xbfff333333333333, 0xbfeccccccccccccc, 0x3fc3333333333340,
      0x3ff3333333333334, 0x4002000000000000, 0x400a666666666668, 0x4011666666666667,
      0x401599999999999a, 0x4019ccccccccccce, 0x401e000000000000}},
    {RG_LINEAR,
     1.0,
     0.1,
     7,
     {0x3ff0000000000000, 0x3feb333333333333, 0x3fe6666666666666, 0x3fe199999999999a,
      0x3fd999999999999a, 0x3fd0000000000000, 0x3fb999999999999a}},
    {RG_LINEAR, 0.1, 0.9, 1, {0x3fb999999999999a}},
    {RG_LINEAR, 0.0, 5e-324, 3, {0x0000000000000000, 0x0000000000000000, 0x0000000000000001}},
    {RG_LOG,
     0.1,
     10.0,
     5,
     {0x3fb999999999999a, 0x3fd43d136248490f, 0x3ff0000000000000, 0x40094c583ada5b53,
      0x4024000000000000}},
    {RG_LOG,
     0.001,
     1.0,
     7,
     {0x3f50624dd2f1a9fc, 0x3f69e7c6e43390b7, 0x3f847ae147ae147b, 0x3fa030dc4ea03a72,
      0x3fb999999999999a, 0x3fd43d136248490f, 0x3ff0000000000000}},
    {RG_LOG,
     10.0,
     0.01,
     4,
     {0x4024000000000000, 0x3ff0000000000000, 0x3fb999999999999a, 0x3f847ae147ae147b}},
    {RG_LOG,
     0.3,
     7.7,
     9,
     {0x3fd3333333333333, 0x3fdcce282f030879, 0x3fe59ba2b93189bb, 0x3ff0357d848df9d9,
      0x3ff851618b22e93e, 0x40023de525f1aabd, 0x400b5e21c4d9fe3f, 0x40148790e840dd47,
      0x401ecccccccccccd}},
    {RG_LOG,
     2.5,
     2500000.0,
     6,
     {0x4004000000000000, 0x4043cfa880d5eb41, 0x40839fc5da59cf92, 0x40c37056f21e0f8a,
      0x4103415ab05fb535, 0x414312d000000000}},
    {RG_LOG,
     1e-300,
     1e+300,
     4,
     {0x01a56e1fc2f8f359, 0x2b2bff2ee48e0530, 0x54b249ad2594c37d, 0x7e37e43c8800759c}},
};

static int64_t wrong_bits(const struct reference *reference, double from)
{
    const struct rg_member range = {
        .spacing = reference->spacing, .from = from, .to = reference->to};
    int64_t wrong = 0;
    for (int64_t i = 0; i < reference->count; i++) {
        double value = rg_range_value(&range, reference->count, i);
        wrong += memcmp(&value, &reference->bits[i], sizeof value) != 0;
    }
    return wrong;
}

static void as_numpy(void)
{
    for (size_t r = 0; r < sizeof references / sizeof *references; r++)
        CU_ASSERT_EQUAL(wrong_bits(&references[r], references[r].from), 0);
}

static void planted_fault(void)
{
    CU_ASSERT(wrong_bits(&references[0], nextafter(references[0].from, 1)) > 0);
}

static void integers(void)
{
    static const int64_t log_values[] = {1, 3, 10, 32, 100};
    struct rg_spec *spec = sample_sweep(
        "axes = { hidden = { from = 1; to = 100; count = 5; spacing = \"log\"; };\n"
        "  max_length = { from = 4; to = 12; count = 5; }; };");
    for (int64_t i = 0; i < 5; i++) {
        const struct rg_axis *axes = spec->axes;
        CU_ASSERT_EQUAL(rg_member_value(spec, &axes[0], axes[0].members, i).integer, log_values[i]);
        CU_ASSERT_EQUAL(rg_member_value(spec, &axes[1], axes[1].members, i).integer, 4 + 2 * i);
    }
    rg_spec_destroy(&spec);
}

const struct test_case test_cases[] = {
    {"linear and log ranges are NumPy's", as_numpy},
    {"one bit in an end is seen", planted_fault},
    {"ranges over integer knobs", integers},
    {0},
};
