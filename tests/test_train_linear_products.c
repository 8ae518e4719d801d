/* The products of a step against naive loops: every instruction set, orientation, precision and grid. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "linear.h"
#include "teams.h"
#include "train/dist/prepared.h"

const char *const test_suite = "train_linear_products";

/* In units of eps: 60 terms whose partial sums stay below 30 lose 60 * 15 at the very most. */
static const double TOLERANCE = 512;
static const double eps[] = {[RG_NUMBER_F4] = FLT_EPSILON, [RG_NUMBER_F8] = DBL_EPSILON};

static const int64_t shapes[][3] = {{1, 1, 1}, {3, 2, 4}, {16, 16, 16}, {7, 33, 60}, {41, 8, 23}};
enum { N_SHAPES = sizeof shapes / sizeof *shapes };

struct trial {
    struct rg_matrix a, b, c;
    enum rg_op op_a, op_b;
    bool adds;
    struct dense expected;
};

/* `turns` has bits for a, b, and for adding. */
static struct trial make(const struct rg_team *team, enum rg_number number, const int64_t *shape,
                         unsigned turns)
{
    const int64_t rows = shape[0], cols = shape[1], depth = shape[2];
    struct trial trial = {.op_a = turns & 1 ? RG_TRANSPOSED : RG_PLAIN,
                          .op_b = turns & 2 ? RG_TRANSPOSED : RG_PLAIN,
                          .adds = turns & 4};
    trial.a = trial.op_a ? matrix_random(team, number, depth, rows, 1)
                         : matrix_random(team, number, rows, depth, 1);
    trial.b = trial.op_b ? matrix_random(team, number, cols, depth, 2)
                         : matrix_random(team, number, depth, cols, 2);
    trial.c = matrix_random(team, number, rows, cols, 3);
    struct dense a = dense_of(&trial.a), b = dense_of(&trial.b), c = dense_of(&trial.c);
    struct dense a_t = dense_transpose(&a), b_t = dense_transpose(&b);
    trial.expected = dense_product(trial.op_a ? &a_t : &a, trial.op_b ? &b_t : &b);
    dense_add(&trial.expected, trial.adds, &c);
    dense_free(&a);
    dense_free(&b);
    dense_free(&c);
    dense_free(&a_t);
    dense_free(&b_t);
    return trial;
}

/* In units of eps. */
static double miss(const struct trial *trial)
{
    struct dense c = dense_of(&trial->c);
    const double worst = dense_deviation(&c, &trial->expected);
    dense_free(&c);
    return worst / eps[trial->c.number];
}

static void release(struct trial *trial)
{
    rg_matrix_free(&trial->a);
    rg_matrix_free(&trial->b);
    rg_matrix_free(&trial->c);
    dense_free(&trial->expected);
}

/* ---- on every grid ------------------------------------------------------------------------------- */

static void check_prepared(const struct rg_team *team)
{
    for (int s = 0; s < N_SHAPES; s++)
        for (unsigned turns = 0; turns < 8; turns++)
            for (int number = RG_NUMBER_F4; number <= RG_NUMBER_F8; number++) {
                struct trial trial = make(team, (enum rg_number)number, shapes[s], turns);
                struct rg_prepared product;
                TEST_OK(rg_prepared_init(&product, (struct rg_factor){trial.op_a, &trial.a},
                                         (struct rg_factor){trial.op_b, &trial.b}, trial.adds,
                                         &trial.c, NULL));
                rg_prepared_multiply(&product);
                CU_ASSERT(miss(&trial) < TOLERANCE);
                rg_prepared_free(&product);
                release(&trial);
            }
}

static void prepared_products(void)
{
    on_every_grid(check_prepared);
}

/* ---- every instruction set ------------------------------------------------------------------------ */

static const struct rg_product_kernels *const kernels[2][RG_N_ISAS] =
    RG_KERNEL_TABLE(rg_product_kernels);

static void check_kernel(const struct rg_product_kernels *own, struct trial *trial)
{
    struct rg_product_shape shape = {.rows = trial->c.rows,
                                     .cols = trial->c.cols,
                                     .depth = trial->op_a ? trial->a.rows : trial->a.cols,
                                     .transposes_a = trial->op_a == RG_TRANSPOSED,
                                     .transposes_b = trial->op_b == RG_TRANSPOSED,
                                     .adds = trial->adds};
    void *spare = malloc(sizeof(double) * (size_t)(shape.rows * shape.depth));
    TEST_OK(own->prepare(&shape));
    if (shape.kernel) {
        own->multiply(&shape, trial->a.values, trial->b.values, trial->c.values, spare);
        CU_ASSERT(miss(trial) < TOLERANCE);
        *dense_at(&trial->expected, 0, 0) += 1e-3; /* a fault that must show */
        CU_ASSERT(miss(trial) > TOLERANCE);
    }
    free(spare);
}

static void kernels_of_every_instruction_set(void)
{
    struct rg_team *team = team_make(1, 1, 64);
    for (int isa = 0; isa <= (int)rg_isa(); isa++)
        for (int s = 0; s < N_SHAPES; s++)
            for (unsigned turns = 0; turns < 8; turns++)
                for (int number = RG_NUMBER_F4; number <= RG_NUMBER_F8; number++) {
                    struct trial trial = make(team, (enum rg_number)number, shapes[s], turns);
                    check_kernel(kernels[number][isa], &trial);
                    release(&trial);
                }
    rg_team_destroy(&team);
}

/* Beyond the kernels' sizes BLAS takes over. */
static void a_large_product(void)
{
    static const int64_t shape[] = {300, 250, 260};
    struct rg_team *team = team_make(1, 1, 64);
    struct trial trial = make(team, RG_NUMBER_F8, shape, 1 | 4);
    struct rg_prepared product;
    TEST_OK(rg_prepared_init(&product, (struct rg_factor){trial.op_a, &trial.a},
                             (struct rg_factor){trial.op_b, &trial.b}, trial.adds, &trial.c, NULL));
    CU_ASSERT_PTR_NULL(product.shape.kernel);
    rg_prepared_multiply(&product);
    CU_ASSERT(miss(&trial) < 10 * TOLERANCE);
    rg_prepared_free(&product);
    release(&trial);
    rg_team_destroy(&team);
}

const struct test_case test_cases[] = {
    {"prepared products on every grid", prepared_products},
    {"kernels of every instruction set, and a fault", kernels_of_every_instruction_set},
    {"a large product", a_large_product},
    {0},
};
