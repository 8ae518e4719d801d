/* Training repeats: the same point gives the same bits, another instruction set the same numbers, and
 * no step allocates memory.                                                                        */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "linear.h"
#include "parity.h"
#include "regime/memory.h"

const char *const test_suite = "train_repeat";

enum { N_EPOCHS = 3, N_VARIANTS = 4 };
/* Three epochs of different rounding. */
static const double DOUBLE_TOLERANCE = 1e-11, FLOAT_TOLERANCE = 1e-4;

static struct rg_parity_settings variant(int which)
{
    struct rg_parity_settings settings = test_parity_settings();
    settings.hidden = 100;
    settings.fraction = 0.5;
    settings.activation = which & 1;
    settings.loss = which & 1;
    settings.precision = which & 2 ? RG_FLOAT : RG_DOUBLE;
    return settings;
}

static double train(struct rg_parity *net, int n_epochs)
{
    struct rg_step step = {0};
    for (int epoch = 0; epoch < n_epochs; epoch++)
        do
            TEST_OK(rg_parity_step(net, &step));
        while (!step.epoch_end);
    return step.train_loss;
}

static void same_bits(void)
{
    for (int which = 0; which < N_VARIANTS; which++) {
        const struct rg_parity_settings settings = variant(which);
        struct rg_parity *a = test_parity_create(&settings, 5);
        struct rg_parity *b = test_parity_create(&settings, 5);
        train(a, N_EPOCHS);
        train(b, N_EPOCHS);
        CU_ASSERT_EQUAL(
            memcmp(a->rnn.parameters, b->rnn.parameters, (size_t)a->rnn.n * rg_real_size(a)), 0);
        test_parity_destroy(b);
        b = test_parity_create(&settings, 6); /* another seed must not be the same */
        train(b, N_EPOCHS);
        CU_ASSERT_NOT_EQUAL(
            memcmp(a->rnn.parameters, b->rnn.parameters, (size_t)a->rnn.n * rg_real_size(a)), 0);
        test_parity_destroy(a);
        test_parity_destroy(b);
    }
}

/* An epoch needs none before it: training that starts at epoch 2 deals what the other dealt there. */
static void epochs_are_addressed(void)
{
    const struct rg_parity_settings settings = variant(0);
    struct rg_parity *a = test_parity_create(&settings, 5);
    struct rg_parity *b = test_parity_create(&settings, 5);
    train(a, 1);
    a->group = b->group = a->order.n_groups - 1;
    b->epoch = 2;
    rg_parity_load_batch(a);
    rg_parity_load_batch(b);
    const size_t size = (size_t)a->order.groups[a->group].n * sizeof(uint32_t);
    CU_ASSERT_EQUAL(memcmp(a->order.dealt_keys, b->order.dealt_keys, size), 0);
    b->epoch = 3;
    rg_parity_load_batch(b);
    CU_ASSERT_NOT_EQUAL(memcmp(a->order.dealt_keys, b->order.dealt_keys, size), 0);
    test_parity_destroy(a);
    test_parity_destroy(b);
}

/* ---- allocations: those of this thread, in whatever library, are counted ------------------------ */

static _Thread_local int64_t n_allocations;

#ifndef __SANITIZE_ADDRESS__ /* which brings an allocator of its own */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *pointer, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size)
{
    n_allocations++;
    return __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
    n_allocations++;
    return __libc_calloc(n, size);
}

void *realloc(void *pointer, size_t size)
{
    n_allocations++;
    return __libc_realloc(pointer, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    n_allocations++;
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **pointer, size_t alignment, size_t size)
{
    *pointer = aligned_alloc(alignment, size);
    return *pointer ? 0 : ENOMEM;
}
#endif

static void no_allocation(void)
{
    const int64_t live = rg_alloc_live();
    for (int which = 0; which < N_VARIANTS; which++) {
        struct rg_parity_settings settings = variant(which);
        settings.batching = which >> 1 & 1;
        int64_t before = n_allocations;
        struct rg_parity *net = test_parity_create(&settings, 5);
#ifndef __SANITIZE_ADDRESS__
        CU_ASSERT(n_allocations > before); /* the count works */
#endif
        before = n_allocations;
        train(net, N_EPOCHS);
        CU_ASSERT_EQUAL(n_allocations, before);
        test_parity_destroy(net);
    }
    CU_ASSERT_EQUAL(rg_alloc_live(), live);
}

static void no_allocation_in_a_linear_network(void)
{
    const int64_t live = rg_alloc_live();
    struct rg_linear_settings settings = test_linear_settings();
    settings.depth = 3;
    settings.input_spectrum = RG_INPUT_POWER;
    for (settings.n_hidden = 20; settings.n_hidden <= 40; settings.n_hidden += 20) {
        struct rg_linear *net = test_linear_create(&settings, 5);
        const int64_t before = n_allocations;
        test_linear_train(net, N_EPOCHS);
        CU_ASSERT_EQUAL(n_allocations, before);
        test_linear_destroy(&net);
    }
    CU_ASSERT_EQUAL(rg_alloc_live(), live);
}

/* ---- instruction sets ------------------------------------------------------------------------------ */

/* Loss after training under an instruction set, in a process of its own: kernels are made once. */
static double loss_with(const char *isa, int which)
{
    double loss = NAN;
    int ends[2];
    CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        setenv("REGIME_ISA", isa, 1);
        const struct rg_parity_settings settings = variant(which);
        loss = train(test_parity_create(&settings, 5), N_EPOCHS);
        _exit(write(ends[1], &loss, sizeof loss) != sizeof loss);
    }
    CU_ASSERT_EQUAL(read(ends[0], &loss, sizeof loss), sizeof loss);
    CU_ASSERT_EQUAL(waitpid(child, NULL, 0), child);
    close(ends[0]);
    close(ends[1]);
    return loss;
}

static void instruction_sets_agree(void)
{
    for (int which = 0; which < N_VARIANTS; which++) {
        const double tolerance = which & 2 ? FLOAT_TOLERANCE : DOUBLE_TOLERANCE;
        const double widest = loss_with("avx512", which);
        CU_ASSERT(fabs(loss_with("avx2", which) / widest - 1) < tolerance);
        CU_ASSERT(fabs(loss_with("base", which) / widest - 1) < tolerance);
        CU_ASSERT_EQUAL(loss_with("base", which), loss_with("base", which));
    }
}

const struct test_case test_cases[] = {
    {"instruction sets agree to rounding", instruction_sets_agree}, /* before any other kernels */
    {"the same point has the same bits, another seed has not", same_bits},
    {"an epoch's order needs no epoch before it", epochs_are_addressed},
    {"no step allocates, and a network gives all back", no_allocation},
    {"nor does a linear network's", no_allocation_in_a_linear_network},
    {0},
};
