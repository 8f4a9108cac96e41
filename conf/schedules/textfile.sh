#!/bin/sh
# Tells Prometheus how the last run ended, even hours later, with a file for the node exporter's textfile
# collector. In the settings:
#   on-finish.command = ["/bin/sh", "/opt/asset-stager/conf/schedules/textfile.sh",
#                        "/var/lib/prometheus/node-exporter/asset_stager.prom"]
# The job's user must be able to write to that folder. A dry run changes nothing there. For a Pushgateway,
# also add this as the last line:
#   curl --silent --show-error --data-binary "@$file" http://pushgateway:9091/metrics/job/asset-stager
set -eu
# Standard input is report.json.
if grep -q '"dry_run" *: *true'; then
  exit 0
fi
file=$1
now=$(date +%s)
name=asset_stager_last_success_timestamp_seconds
success=0
if [ "$ASSET_STAGER_EXIT_CODE" -eq 0 ]; then
  success=$now
elif [ -f "$file" ]; then
  success=$(sed -n "s/^$name //p" "$file")
fi
umask 022
cat >"$file.$$" <<METRICS
# HELP asset_stager_last_run_timestamp_seconds When the last run ended, however it ended.
# TYPE asset_stager_last_run_timestamp_seconds gauge
asset_stager_last_run_timestamp_seconds $now
# HELP $name When a run last ended with exit code 0; 0 if none has.
# TYPE $name gauge
$name ${success:-0}
# HELP asset_stager_last_run_exit_code The exit code of the last run.
# TYPE asset_stager_last_run_exit_code gauge
asset_stager_last_run_exit_code $ASSET_STAGER_EXIT_CODE
# HELP asset_stager_last_run_info The id of the last run.
# TYPE asset_stager_last_run_info gauge
asset_stager_last_run_info{run_id="${ASSET_STAGER_RUN_ID:-}"} 1
METRICS
# So that the collector never reads a part of the file.
mv "$file.$$" "$file"
