/* Two slots, written in turn: where the newer state of a team is damaged, or a kill cut its write short at any byte,
 * all points in training go on, from the older one. The system's pwrite is replaced by one whose bytes
 * arrive up to a chosen one only.                                                                    */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "regime/inflight.h"
#include "regime/memory.h"
#include "test.h"
#include "write/slot.h"

const char *const test_suite = "write_inflight";

enum { IDENTITY = 77, STATE_SIZE = 300, N_POINTS = 8, WHOLE = sizeof(struct rg_slot) + STATE_SIZE };

/* ---- a process that is killed while it writes ------------------------------------------------------- */

static bool dying;
static size_t still_arrive; /* bytes, while it dies */

static ssize_t write_what_arrives(int file, const void *data, size_t n, off_t place)
{
    __typeof__(&pwrite) real = __extension__(__typeof__(&pwrite)) dlsym(RTLD_NEXT, "pwrite");
    if (!dying)
        return real(file, data, n, place);
    const size_t arrive = n < still_arrive ? n : still_arrive;
    still_arrive -= arrive;
    return arrive > 0 && real(file, data, arrive, place) < 0 ? -1 : (ssize_t)n;
}

ssize_t pwrite(int file, const void *data, size_t n, off_t place)
{
    return write_what_arrives(file, data, n, place);
}

ssize_t pwrite64(int file, const void *data, size_t n, off64_t place)
{
    return write_what_arrives(file, data, n, place);
}

/* ---- states ---------------------------------------------------------------------------------------- */

static void move(void *context, const struct rg_mover *mover)
{
    unsigned char *state = context;
    mover->move(mover->context, state, 8);
    mover->move(mover->context, state + 8, STATE_SIZE - 8);
}

static void save(struct rg_inflight *inflight, int64_t id, int steps)
{
    unsigned char state[STATE_SIZE];
    memset(state, steps, sizeof state);
    TEST_OK(rg_inflight_save(inflight, id, steps, &(struct rg_inflight_state){move, state}));
}

/* Is the state of this point there, saved after so many steps? */
static bool goes_on_from(struct rg_inflight *inflight, MPI_Comm team, int64_t id, int steps)
{
    bool found = false;
    unsigned char state[STATE_SIZE] = {0}, wanted[STATE_SIZE];
    memset(wanted, steps, sizeof wanted);
    TEST_OK(rg_inflight_load(inflight, team, id, &(struct rg_inflight_state){move, state}, &found));
    return found && memcmp(state, wanted, sizeof state) == 0;
}

/* ---- teams: two ranks each, or one where there is one ------------------------------------------------- */

struct teams {
    MPI_Comm team;
    int size, n, mine, part; /* of a team; of them; this rank's; in it */
    char path[4096];
};

static void teams_make(struct teams *teams)
{
    int size;
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    teams->size = size > 1 ? 2 : 1;
    teams->n = size / teams->size;
    teams->mine = test_rank() / teams->size;
    teams->part = test_rank() % teams->size;
    MPI_Comm_split(MPI_COMM_WORLD, teams->mine, 0, &teams->team);
    snprintf(teams->path, sizeof teams->path, "%s/x.h5", test_folder());
}

static struct rg_inflight *begin(const struct teams *teams)
{
    struct rg_inflight *inflight = NULL;
    TEST_OK(rg_inflight_open(MPI_COMM_WORLD,
                             &(struct rg_inflight_plan){.path = teams->path,
                                                        .identity = IDENTITY,
                                                        .state_max = STATE_SIZE,
                                                        .team_size = teams->size,
                                                        .n_points = N_POINTS},
                             &inflight));
    return inflight;
}

static void teams_end(struct teams *teams)
{
    MPI_Barrier(MPI_COMM_WORLD);
    if (test_rank() == 0)
        rg_inflight_remove(teams->path);
    MPI_Barrier(MPI_COMM_WORLD);
    MPI_Comm_free(&teams->team);
}

/* A run that saves each team's point after 1, 2, ... n_saves steps. */
static void save_all(const struct teams *teams, int n_saves)
{
    struct rg_inflight *inflight = begin(teams);
    for (int i = 1; i <= n_saves; i++)
        save(inflight, teams->mine, i);
    rg_inflight_close(&inflight);
    MPI_Barrier(MPI_COMM_WORLD);
}

/* The next run finds the points of all teams, each as it was after `steps`. */
static void check_next(const struct teams *teams, int steps)
{
    MPI_Barrier(MPI_COMM_WORLD);
    struct rg_inflight *inflight = begin(teams);
    CU_ASSERT_EQUAL(rg_inflight_n_kept(inflight), teams->n);
    CU_ASSERT(goes_on_from(inflight, teams->team, teams->mine, steps));
    rg_inflight_close(&inflight);
}

/* ---- damage ---------------------------------------------------------------------------------------- */

/* A byte of the slot of that turn, of each team's last rank. */
static void damage(const struct teams *teams, int turn, int byte)
{
    struct rg_slots slots;
    char name[4096 + 16];
    unsigned char value = 0;
    if (teams->part < teams->size - 1)
        return;
    snprintf(name, sizeof name, "%s.inflight", teams->path);
    const int file = open(name, O_RDWR | O_CLOEXEC);
    CU_ASSERT(rg_read_at(file, &slots, sizeof slots, 0));
    const int64_t at = rg_slot_offset(&slots, teams->mine, teams->part, turn) + byte;
    CU_ASSERT(rg_read_at(file, &value, 1, at));
    value ^= 0xff;
    CU_ASSERT(rg_write_at(file, &value, 1, at));
    close(file);
}

static void the_last_state_counts(void)
{
    for (int n_saves = 1; n_saves < 6; n_saves++) {
        struct teams teams;
        teams_make(&teams);
        save_all(&teams, n_saves);
        check_next(&teams, n_saves);
        teams_end(&teams);
    }
}

static void check_damaged(int n_saves, int byte)
{
    struct teams teams;
    teams_make(&teams);
    save_all(&teams, n_saves);
    damage(&teams, (n_saves - 1) % RG_SLOT_TURNS, byte);
    check_next(&teams, n_saves - 1);
    teams_end(&teams);
}

static void the_newer_one_is_damaged(void)
{
    static const int bytes[] = {0, 8, 16, 24, 32, 40, sizeof(struct rg_slot) - 1, WHOLE - 1};
    for (int n_saves = 2; n_saves < 6; n_saves++)
        for (size_t i = 0; i < sizeof bytes / sizeof *bytes; i++)
            check_damaged(n_saves, bytes[i]);
}

/* Planted fault: where both are damaged nothing is left, and that is seen. */
static void both_are_damaged(void)
{
    struct teams teams;
    teams_make(&teams);
    save_all(&teams, 2);
    damage(&teams, 0, 16);
    damage(&teams, 1, 16);
    MPI_Barrier(MPI_COMM_WORLD);
    struct rg_inflight *inflight = begin(&teams);
    CU_ASSERT_EQUAL(rg_inflight_n_kept(inflight), 0);
    rg_inflight_close(&inflight);
    teams_end(&teams);
}

/* ---- half written ---------------------------------------------------------------------------------- */

/* The next save, after n_saves of them, is cut short in each team's last rank: so many of its bytes arrive. */
static void check_cut(int n_saves, size_t arrive)
{
    struct teams teams;
    teams_make(&teams);
    struct rg_inflight *inflight = begin(&teams);
    for (int i = 1; i <= n_saves; i++)
        save(inflight, teams.mine, i);
    dying = teams.part == teams.size - 1;
    still_arrive = arrive;
    save(inflight, teams.mine, n_saves + 1);
    dying = false;
    rg_inflight_close(&inflight);
    check_next(&teams, n_saves + (arrive == WHOLE));
    teams_end(&teams);
}

static void a_kill_amid_a_write(void)
{
    enum { STEP = 31 };
    for (int n_saves = 1; n_saves < 4; n_saves++) {
        for (size_t arrive = 0; arrive < WHOLE; arrive += STEP)
            check_cut(n_saves, arrive);
        check_cut(n_saves, WHOLE - 1);
        check_cut(n_saves, WHOLE); /* the planted fault: one that is whole is gone on with */
    }
}

const struct test_case test_cases[] = {
    {"the state that was saved last counts", the_last_state_counts},
    {"the newer one is damaged", the_newer_one_is_damaged},
    {"both are damaged", both_are_damaged},
    {"a kill amid the write of a state", a_kill_amid_a_write},
    {0},
};
