#!/bin/bash
# includes.sh ROOT: no station of ROOT/src includes a header of one to its right, and each outside library
# is included only where the architecture says.
set -euo pipefail
cd "$1"

# The stations in the data's order, with the public headers that belong to each.
stations='base    clock data hash memory model path rng sort status text version
          config  agree config knob resolved snapshots
          grid    costs grid record
          schedule schedule
          train   blas train
          write   arrays inflight library lock store write
          cli     '
# outside header -> the one folder that may name it
owners='libconfig.h src/config/
        hdf5.h      src/write/
        hdf5_hl.h   src/write/
        Random123/  src/base/
        xxhash.h    src/base/
        cvode/      src/train/
        json.h      src/train/command/
        nvector/    src/train/'
forbidden='mpi.h src/train/num/
           mpi.h src/base/'

grep -rnE --include='*.[ch]' '^ *# *include' src |
    awk -v stations="$stations" -v owners="$owners" -v forbidden="$forbidden" '
    function complain(why) { print place ": " header ": " why; bad = 1 }
    BEGIN {
        n = split(stations, line, "\n")
        for (i = 1; i <= n; i++) {
            m = split(line[i], word, " ")
            rank[word[1]] = i
            for (j = 2; j <= m; j++) rank_of_header["regime/" word[j] ".h"] = i
        }
        n_owners = split(owners, owner, /[ \n]+/)
        n_forbidden = split(forbidden, ban, /[ \n]+/)
    }
    {
        place = $0; sub(/:[^:]*$/, "", place)
        file = $0; sub(/:.*/, "", file)
        header = $0; sub(/^[^<"]*[<"]/, "", header); sub(/[>"].*/, "", header)
        split(file, part, "/"); own = part[2]
        split(header, top, "/"); target = top[1]
        n_seen++
        if (header ~ /^regime\//) {
            if (!(header in rank_of_header)) complain("which station is it? (a line in includes.sh)")
            else if (rank_of_header[header] > rank[own]) complain("lies to the right of " own)
        } else if (target in rank && target != own && rank[target] != 1)
            complain("a private header of another station")
        for (i = 1; i < n_owners; i += 2)
            if (index(header, owner[i]) == 1 && index(file, owner[i + 1]) != 1)
                complain("only " owner[i + 1] " includes it")
        for (i = 1; i < n_forbidden; i += 2)
            if (header == ban[i] && index(file, ban[i + 1]) == 1) complain("not in " ban[i + 1])
        if (header ~ /\.c$/) complain("a source file is not a header")
    }
    END {
        if (!n_seen) { print "no includes found"; exit 2 }
        if (!bad) print n_seen " includes point to the left"
        exit bad
    }'
