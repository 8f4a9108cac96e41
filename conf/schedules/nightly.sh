#!/bin/sh
# Starts a nightly run of Asset Stager, or resumes the one that broke off. A run keeps its id until
# it ends, even past midnight, and while wrong settings or a wrong key keep every run from starting.
#   nightly.sh <folder that keeps the id> <command and its arguments, all but --run-id>
set -eu
kept=$1/run-id
shift

keep() {
  echo "$1" >"$kept.new"
  mv "$kept.new" "$kept"
}

new_id() { keep "nightly-$(date -u +%FT%H%M%S)"; }

# Passes a signal on to the job, which then ends with 130. The next start continues the run.
job=
signalled=
trap 'signalled=yes; [ -z "$job" ] || kill -TERM "$job" 2>/dev/null || true' TERM HUP INT

run() {
  code=0
  "$@" --run-id "$(cat "$kept")" &
  job=$!
  wait "$job" || code=$?
  # A signal ends the wait, maybe before the job has ended. 127: the wait before was told its end.
  while [ -n "$signalled" ]; do
    signalled=
    end=0
    wait "$job" 2>/dev/null || end=$?
    [ $end -eq 127 ] || code=$end
  done
  job=
}

if [ -s "$kept" ]; then
  old=$(cat "$kept")
  run "$@"
  if [ $code -eq 2 ]; then
    # The old run can't continue, for example because its manifest has changed. A new run finds what
    # the old one has staged.
    new_id
    run "$@"
    if [ $code -eq 2 ]; then
      # Not for the old run alone: the settings or a key are wrong. It may continue when they are right.
      keep "$old"
      exit 2
    fi
  fi
else
  new_id
  run "$@"
fi
case $code in
  # Done, or refused.
  0 | 2 | 3 | 4) rm "$kept" ;;
esac
exit "$code"
