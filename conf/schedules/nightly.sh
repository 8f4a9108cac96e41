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

# Who ends this script means the job, which then ends with 130 and can go on the next time.
job=
trap '[ -z "$job" ] || kill -TERM "$job" 2>/dev/null || true' TERM HUP INT

run() {
  code=0
  "$@" --run-id "$(cat "$kept")" &
  job=$!
  wait "$job" || code=$?
  # A signal ends the wait before the job.
  while kill -0 "$job" 2>/dev/null; do
    code=0
    wait "$job" || code=$?
  done
  job=
}

if [ -s "$kept" ]; then
  run "$@"
  if [ $code -eq 2 ]; then
    # What it was started with is no more, such as last night's manifest: this is another run, which
    # finds what that one has staged.
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
