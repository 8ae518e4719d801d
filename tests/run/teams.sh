#!/usr/bin/env bash
# Points on teams of several ranks, end to end: a team's shape fixes the bytes, whatever the number of ranks in
# the job, the policy, flushes and kills in the middle of points.
. "$SOURCE/tests/run/common.sh"

write_sweep() { # TEAM FILE
    cat >"$2" <<CFG
name = "small"; model = "linear_net"; seed = 5; team = [$1];
axes = { init = ("gaussian", "balanced"); replicate = { count = 3; }; };
settings = { depth = 3; n_in = 13; n_hidden = 17; n_out = 11; block = 4; dataset_size = 200; noise = 0.2;
             input_spectrum = "power"; learning_rate = 0.02; max_epochs = 600; stop_loss = 0.0; };
record = { every = 50; };
keep = ("initial", "final");
CFG
}

# same FILE WORDS: bytes of the team's first run
same() {
    blanked "$1" many.blank
    cmp "$shape.blank" many.blank || fail "$2: other bytes"
}

policies=(static dynamic)
for team in "1, 2" "2, 1" "2, 2"; do
    shape=${team/, /x}
    write_sweep "$team" "$shape.cfg"
    n_least=$(((${team%,*}) * (${team#*,})))
    for n in 2 3 4 5; do
        if [ $n -lt $n_least ]; then
            expect 2 ranks $n "$REGIME" run "$shape.cfg" -o few.h5
            says "team = [$team] needs $n_least ranks, the job has $n"
            [ "$(wc -l <output)" -eq 1 ] || fail "the refusal is not one line"
            [ -e few.h5 ] && fail "a file was made for a job that is too small"
            continue
        fi
        policy=${policies[$((n % 2))]}
        expect 0 ranks $n "$REGIME" run "$shape.cfg" -o many.h5 --schedule "$policy" --flush-interval 0.02s
        says "complete"
        [ $n -eq $n_least ] && blanked many.h5 "$shape.blank"
        same many.h5 "team $shape on $n ranks, $policy"
        [ $n -lt 5 ] && rm many.h5
    done
    mv many.h5 "$shape.h5"
done
# The planted fault: another team is another sum, whose bytes differ.
cmp -s 1x2.blank 2x2.blank && fail "teams cannot be told apart: the test shows nothing"

# ---- the other commands ----
shape=1x2
expect 0 "$REGIME" plan "$shape.cfg" --no-timing --ranks 5
says "2 teams of 2, 1 left over"
expect 2 "$REGIME" plan "$shape.cfg" --no-timing --ranks 1
says "--ranks 1: fewer than one team"
expect 0 "$REGIME" status "$shape.h5" --json
grep -q '"done": *6' output || fail "status does not count six points"
expect 0 "$REGIME" verify "$shape.h5"
expect 0 "$REGIME" point "$shape.h5" init=balanced replicate=1
says "mpirun -q -n 2 regime run SWEEP.cfg --only init=balanced --only replicate=1 -o point.h5"
expect 2 "$REGIME" replay "$shape.h5" init=balanced replicate=1 -o again.h5
says "its points take several ranks each and replay is one"
expect 0 ranks 3 "$REGIME" run "$shape.cfg" -o slices.h5 --only init=balanced
says "slice done"
expect 0 ranks 4 "$REGIME" run "$shape.cfg" -o slices.h5
says "3 done before"
same slices.h5 "in two slices"

# ---- kills ----
# One rank, for which mpirun ends the others, or mpirun itself, for which they end: in mid-run, each time with
# fewer points to go.
gone() { # ranks that are gone have released the file
    local pid
    for pid in $1; do
        while [ -e "/proc/$pid" ] && [ "$(ps -o state= -p "$pid")" != Z ]; do
            sleep 0.1
        done
    done
}

count() { # done | pending: points of killed.h5
    "$REGIME" status killed.h5 --json 2>/dev/null | sed -n "s/.*\"$1\": *\([0-9]*\).*/\1/p"
}

cut_short=0 before=0
for victim in rank mpirun; do
    "$MPIEXEC" -q -n 5 "$REGIME" run "$shape.cfg" -o killed.h5 --flush-interval 0.02s >killed.log 2>&1 &
    mpirun=$!
    for _ in $(seq 200); do
        now=$(count "done")
        [ "${now:-0}" -gt "$before" ] && break
    done
    pids=$(ps -o pid:1= --ppid $mpirun)
    [ $victim = mpirun ] && chosen=$mpirun || chosen=$(echo "$pids" | sed -n 2p)
    [ -n "$pids" ] && kill -9 "$chosen"
    { wait $mpirun; } 2>/dev/null
    gone "$pids"
    expect 0 "$REGIME" verify killed.h5
    now=$(count "done")
    [ "$now" -gt "$before" ] || fail "$now points after the kill, $before before"
    [ "$(count pending)" -gt 0 ] && cut_short=$((cut_short + 1))
    before=$now
done
[ "$cut_short" -gt 0 ] || fail "every run was over before it was killed: the test shows nothing"
expect 0 ranks 2 "$REGIME" run "$shape.cfg" -o killed.h5
says "complete"
same killed.h5 "after $cut_short kills"
finish
