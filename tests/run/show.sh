#!/usr/bin/env bash
# The last line of a run is a command that works where it stands: from any folder, from the build tree and
# after cmake --install, with a Python that lacks the modules too.
. "$SOURCE/tests/run/common.sh"

folder="$scratch/sp ace" # what is printed must be quoted
mkdir "$folder" && cd "$folder" || exit 1
cat >small.cfg <<'CFG'
name = "small"; model = "parity_rnn"; axes = { gain = [0.1, 0.5]; fraction = [0.5, 1.0]; };
settings = { hidden = 4; max_length = 3; max_epochs = 5; };
CFG
sed 's/^name/draw = "map --column train_loss --x fraction"; name/' small.cfg >chosen.cfg
echo 'name = "one"; model = "parity_rnn"; settings = { hidden = 4; max_length = 3; max_epochs = 5; };' >one.cfg

# shown PROGRAM SWEEP: runs it, leaves the command that its last line names in ./typed
shown() {
    expect 0 "$1" run "$2" -o "$folder/shown.h5" --fresh
    sed -n '$s/^ *[a-z ]*: *//p' output >typed
    rm -f shown.h5.old shown_*.png
}

mkdir bin elsewhere
printf '#!/bin/sh\nexec /usr/bin/python3 -S "$@"\n' >bin/python3 # sees no module but its own
chmod +x bin/python3
export PYTHONDONTWRITEBYTECODE=1

draws() {
    (cd elsewhere && sh ../typed) >output 2>&1 || { fail "$1"; cat typed output; }
    compgen -G "shown_*.png" >/dev/null || fail "$1: no picture"
}

expect 0 cmake --install "$BUILD" --prefix "$folder/there"
for program in "$REGIME" "$folder/there/bin/regime"; do
    shown "$program" small.cfg
    if /usr/bin/python3 -c 'import h5netcdf, matplotlib, xarray'; then
        draws "$program"
    fi
    sed 's|/usr/bin/python3|python3|' typed >alone
    (cd elsewhere && PATH=$folder/bin:$PATH sh ../alone) >output 2>&1 && fail "it works without modules"
    says "No module named"
    says "python3-h5py"
    [ "$(wc -l <output)" -eq 1 ] || { fail "more than one line"; cat output; }
done
grep -qF "PYTHONPATH='$folder/there/share/regime/analysis' " typed || { fail "not the installed package"; cat typed; }

# What the sweep asks to be drawn: the file stands before the options, some of which take many values.
shown "$REGIME" chosen.cfg
grep -q " map '[^']*shown.h5' --column train_loss --x fraction$" typed || { fail "not the sweep's figure"; cat typed; }
expect 0 "$REGIME" run small.cfg -o shown.h5 # the same sweep: what is drawn is no part of it

# Nothing to draw over: the values.
shown "$REGIME" one.cfg
PATH=$(dirname "$REGIME"):$PATH expect 0 sh typed
says "epochs_trained"

# The planted fault: the command of a program that lies alone names no package.
cp "$REGIME" lonely
shown ./lonely small.cfg
grep -q PYTHONPATH typed && fail "a package where there is none"
finish
