/* Every function of teams and matrices on a team of one, in a process that never starts MPI: a call of it
 * would end this program. Returns 0 if the numbers are right.                                       */
#include <math.h>
#include <stdio.h>

#include "regime/memory.h"
#include "train/dist/matrix.h"

enum { N = 9 };

static enum rg_status decompose(struct rg_matrix *a, struct rg_matrix *b, struct rg_matrix *c,
                                bool *right)
{
    double s[N], w[N], squares = 0;
    bool failed[3];
    rg_matrix_copy(a, b);
    RG_TRY(rg_matrix_orthogonalise(b, c, &failed[0]));
    *right = fabs(rg_matrix_dot(c, c) - N) < 1e-12;
    RG_TRY(rg_matrix_svd(c, s, NULL, NULL, &failed[1]));
    *right = *right && fabs(s[N - 1] - 1) < 1e-12;
    rg_matrix_multiply(1, RG_PLAIN, a, RG_TRANSPOSED, a, 0, b);
    RG_TRY(rg_matrix_eigen(b, w, c, &failed[2]));
    for (int i = 0; i < N; i++)
        squares += w[i];
    *right = *right && fabs(squares - rg_matrix_dot(a, a)) < 1e-10;
    *right = *right && !failed[0] && !failed[1] && !failed[2];
    return RG_OK;
}

static enum rg_status work(const struct rg_team *team, bool *right)
{
    struct rg_matrix a, b, c;
    double whole[N * N], sums[N], one = 1;
    RG_TRY(rg_matrix_init(&a, team, RG_NUMBER_F8, N, N));
    RG_TRY(rg_matrix_init(&b, team, RG_NUMBER_F8, N, N));
    RG_TRY(rg_matrix_init(&c, team, RG_NUMBER_F8, N, N));
    rg_matrix_fill_normal(&a, 1, 2, 1);
    rg_matrix_read(&a, whole);
    rg_matrix_transpose(&a, &b);
    rg_matrix_dot_cols(&a, &b, sums);
    rg_team_sum(team, 1, &one);
    RG_TRY(rg_team_agree(team, RG_OK));
    RG_TRY(decompose(&a, &b, &c, right));
    rg_matrix_free(&a);
    rg_matrix_free(&b);
    rg_matrix_free(&c);
    return RG_OK;
}

int main(void)
{
    struct rg_team *team = NULL;
    bool right = false;
    enum rg_status code = rg_team_create(MPI_COMM_NULL, (int[]){1, 1}, 4, &team);
    if (code == RG_OK)
        code = work(team, &right);
    rg_team_destroy(&team);
    if (code != RG_OK || !right)
        printf("wrong: %s\n", rg_error_message());
    return code != RG_OK || !right || rg_alloc_live() != 0;
}
