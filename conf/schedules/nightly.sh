#!/bin/sh
# Starts a nightly run of Asset Stager, or resumes the one that broke off. A run keeps its id until
# it ends, even past midnight.
#   nightly.sh <folder that keeps the id> <command and its arguments, all but --run-id>
set -eu
kept=$1/run-id
shift

new_id() {
  echo "nightly-$(date -u +%FT%H%M%S)" >"$kept.new"
  mv "$kept.new" "$kept"
}

# Passes a signal on to the job, which then ends with 130. The next start continues the run.
job=
trap '[ -z "$job" ] || kill -TERM "$job" 2>/dev/null || true' TERM HUP INT

run() {
  code=0
  "$@" --run-id "$(cat "$kept")" &
  job=$!
  wait "$job" || code=$?
  # A signal ends the wait before the job has ended.
  while kill -0 "$job" 2>/dev/null; do
    code=0
    wait "$job" || code=$?
  done
  job=
}

if [ -s "$kept" ]; then
  run "$@"
  if [ $code -eq 2 ]; then
    # The old run can't continue, for example because its manifest has changed. A new run finds what
    # the old one has staged.
    new_id
    run "$@"
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
