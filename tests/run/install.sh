#!/usr/bin/env bash
# cmake --install into a clean prefix: what is there works from there, and all that it says of itself holds.
. "$SOURCE/tests/run/common.sh"
prefix=$scratch/prefix
expect 0 cmake --install "$BUILD" --prefix "$prefix"
share=$prefix/share
mkdir elsewhere && cd elsewhere || exit 1

# A shell that knows the prefix and nothing of the build tree.
installed() {
    env -i HOME="$HOME" PATH="$prefix/bin:/usr/bin:/bin" OMP_NUM_THREADS=1 ASAN_OPTIONS="$ASAN_OPTIONS" "$@"
}

for file in bin/regime share/man/man1/regime.1 share/man/man5/regime-sweep.5 share/regime/sweeps/quick.cfg \
    share/regime/slurm/regime.sbatch share/regime/analysis/regime_analysis/__init__.py \
    share/bash-completion/completions/regime share/zsh/site-functions/_regime share/modulefiles/regime/*.lua \
    share/doc/regime/README.md share/doc/regime/LICENSE share/doc/regime/CITATION.cff share/doc/regime/docs/reference.md; do
    compgen -G "$prefix/$file" >/dev/null || fail "not installed: $file"
done
grep -rIF -e "$SOURCE" -e "$BUILD" "$share" | sed "s|$prefix||g" | grep -F -e "$SOURCE" -e "$BUILD" >output &&
    { fail "paths of the build in what is installed"; cat output; }

# ---- the program, with a sweep that was installed as an example ----
expect 0 installed regime run "$share/regime/sweeps/quick.cfg" --set max_epochs=2
[ -s quick.h5 ] || fail "no file"
expect 0 installed regime status quick.h5
if command -v ldd >/dev/null; then
    ldd "$prefix/bin/regime" | grep -F "not found" && fail "libraries not found"
fi

# ---- man pages: one for each command and model, none with a warning ----
lint() { # PAGE: warnings of both readers; a page is of a version, not of a day
    if have man; then { LC_ALL=C.UTF-8 MANWIDTH=80 man --warnings -E UTF-8 -l "$1" >/dev/null; } 2>&1; fi
    if have mandoc; then mandoc -T lint -W warning "$1" | grep -v "missing date"; fi
}
for page in "$share"/man/man*/*; do
    lint "$page" >output
    [ ! -s output ] || { fail "warnings about $page"; cat output; }
done
for name in $(installed regime --help | sed -n 's/^  \([a-z]*\) .*/\1/p'); do
    [ -s "$share/man/man1/regime-$name.1" ] || fail "no man page of regime $name"
done
for name in $(installed regime describe | sed -n '/^ \|^$\|^regime\|^Keys/!p'); do
    [ -s "$share/man/man7/regime-$name.7" ] || fail "no man page of the model $name"
done
if have man; then
    man -M "$share/man" -P cat regime-run >output 2>&1 || fail "man does not find regime-run"
    says "--time-limit"
    printf '.TH X 1\n.SH NAME\nx \\- y\n.no_such_macro\n.ft ZZ\n' >planted.1
    [ -n "$(lint planted.1)" ] || fail "a faulty page is not found out"
fi
# What the environment does is told of in regime(1).
while read -r name; do
    grep -q "$name" "$share/man/man1/regime.1" || fail "regime(1) does not tell of $name"
done < <(grep -rhoE 'getenv\("REGIME_[A-Z_]*' "$SOURCE/src" | sed 's/.*"//')

# ---- documents: what they link to is there too ----
while IFS=: read -r file link; do
    [[ $link == http* ]] || [ -e "$(dirname "$file")/${link%%#*}" ] || fail "$file links to $link"
done < <(grep -roE '\]\([^)#][^)]*\)' "$share/doc/regime" --include='*.md' | sed 's/](//; s/)$//')

# ---- completions and the modulefile ----
# shellcheck disable=SC2016 # expanded by the shell that is started
installed bash -c '. "$0/bash-completion/completions/regime" && complete -p regime' "$share" >output || fail "no completion"
says "_regime regime"
for lmod in "${LMOD_PKG:-}" /usr/share/lmod/lmod; do
    [ -e "$lmod/init/bash" ] || continue
    # shellcheck disable=SC2016
    installed bash -c '. "$0/init/bash" && module use "$1/modulefiles" && PATH=${PATH#*:} && module load regime &&
        command -v regime && echo "$PYTHONPATH" && ls "$REGIME_SHARE/sweeps/quick.cfg" && man -w regime &&
        [[ $MANPATH == *: ]] &&
        module unload regime && ! command -v regime' "$lmod" "$share" >output 2>&1 || { fail "modulefile"; cat output; }
    says "$prefix/bin/regime"
    says "$share/regime/analysis"
    says "$share/man/man1/regime.1"
    break
done

# ---- a package is made in a folder that is not the prefix ----
DESTDIR=$scratch/stage expect 0 cmake --install "$BUILD" --prefix /opt/regime
[ -x "$scratch/stage/opt/regime/bin/regime" ] || fail "DESTDIR is not obeyed"
grep -q 'local root = "/opt/regime"' "$scratch"/stage/opt/regime/share/modulefiles/regime/*.lua || fail "root of the modulefile"

# ---- descriptions for others' tools ----
if /usr/bin/python3 -c 'import yaml' 2>/dev/null; then
    expect 0 /usr/bin/python3 -B "$SOURCE/tests/check/packaging.py" "$SOURCE"
fi
finish
