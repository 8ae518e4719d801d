/* Which points the snapshots of a sweep are of, as its file lists them: values on axes. Which numbers these points have,
 * the grid knows (rg_grid_snapshots, regime/grid.h).                                                */
#pragma once

enum { RG_ASSIGNMENT_MAX = 128 };

struct rg_pick {
    char assignment[RG_ASSIGNMENT_MAX]; /* "gain=0.1" */
    int line;                           /* of the sweep file, where it stands */
};

struct rg_picks { /* all points that have these values; without any, all points */
    int n, line;
    struct rg_pick *rows;
};

struct rg_snapshots { /* in the order of the file; owned by the spec */
    int n;
    struct rg_picks *groups;
};
