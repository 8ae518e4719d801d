/* The open file of a run, shared by the sources that open, commit and scan it. */
#pragma once

#include "regime/write.h"
#include "write/named.h"
#include "write/rows.h"
#include "write/variables.h"
#include "write/writers.h"

struct rg_batch {    /* during a flush, the held points that have a row in datasets of one kind */
    int64_t n, most; /* `most`: on any rank */
    int64_t *rows;   /* [room] ascending */
    const struct rg_held **held; /* [room] whose they are */
};

struct rg_file {
    struct rg_writers writers;
    struct rg_named named;
    hid_t id, transfer; /* properties */
    const struct rg_layout *layout;
    struct rg_variables variables;
    hid_t *datasets; /* [variables.n] */
    struct rg_rows rows;
    uint64_t sweep_hash;
    char host[RG_HOST_LEN];
    struct rg_held *held; /* [room], n_held of them waiting */
    int64_t n_held, room;
    size_t held_bytes; /* of their records */
    struct rg_batch batches[RG_N_PER];
    unsigned char *buffer; /* [RG_CHUNK] rows gathered for one write */
    int64_t n_flushes;
    int reason; /* an errno: why a write of this flush failed; 0: none did, or nobody knows */
    char rescued[4096]; /* what this rank has put beside the file since the last flush; "": none */
};

void rg_batches_free(struct rg_batch batches[RG_N_PER]);
