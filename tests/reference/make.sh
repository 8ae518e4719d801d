#!/bin/sh
# Makes the reference curves anew: make.sh path/to/regime [python3 with torch and h5py]
set -eu
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
for sweep in *.cfg; do
  "$1" export "$sweep" -o "$scratch/${sweep%.cfg}.h5" --epochs 50
  "${2:-/usr/bin/python3}" torch_curve.py "$scratch/${sweep%.cfg}.h5" > "${sweep%.cfg}.txt"
done
