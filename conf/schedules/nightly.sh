#!/bin/sh
# Starts a nightly run of Asset Stager, or goes on with the one that broke off: a run keeps its id
# until it has come to its end, over midnight too.
#   nightly.sh <folder that keeps the id> <command and its arguments, all but --run-id>
set -eu
kept=$1/run-id
shift

if ! [ -s "$kept" ]; then
  echo "nightly-$(date -u +%F)" >"$kept.new"
  mv "$kept.new" "$kept"
fi
code=0
"$@" --run-id "$(cat "$kept")" || code=$?
case $code in
  # Done, or refused: the next night's run is another one.
  0 | 2 | 3 | 4) rm "$kept" ;;
esac
exit "$code"
