"""A nightly run of Asset Stager in Airflow, which acts on the job's exit codes.

Copy it into the DAGs' folder. It needs apache-airflow-providers-apache-spark, a connection
"spark_default" to the cluster, and spark-submit on the workers' PATH. A retried task names the same run:
the run continues where it stopped, or says that it is done.

The DAG names its timetable, because Airflow 2 and 3 interpret a bare cron expression differently. With this
timetable, {{ ds }} is in both the date (UTC) on which the run starts, which is also the date of its manifest.

This DAG was compared with the provider's sources (github.com/apache/airflow, providers/apache/spark): the
operator at commit 015d5de73450d467912e6cc31e9f44aab528190b (as of release 6.3.2), the hook at commit
02a0d09eda727de5618ad5a1a3fbdec1f15a1577 (as of 6.3.0). The hook reports the exit code only in the message of
its AirflowException, and it is the job's own only in client mode. With a Kubernetes master in client mode the
hook doesn't pass env_vars to the driver: set LC_ALL=C.UTF-8 for the workers themselves.
"""

import logging
import re
from datetime import datetime, timedelta, timezone

from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator

try:
    from airflow.sdk import DAG
except ImportError:  # Airflow 2
    from airflow import DAG
try:
    from airflow.sdk import CronTriggerTimetable
except ImportError:  # Airflow before 3.2
    from airflow.timetables.trigger import CronTriggerTimetable
try:
    from airflow.sdk.exceptions import AirflowFailException
except ImportError:  # Airflow before 3.2
    from airflow.exceptions import AirflowFailException

HOME = "/opt/asset-stager"

DONE, FAILED, USAGE, NEEDS_PERSON, UPLOADS_FAILED, INTERRUPTED = 0, 1, 2, 3, 4, 130


def exit_code(message):
    """Returns the job's exit code from the hook's message about a failed submission, or None.

    If a signal ended spark-submit, the code is negative. The job's last output may follow it.
    """
    found = re.match(r"Cannot execute: .*?Error code is: (-?\d+)", message, re.DOTALL)
    return int(found.group(1)) if found else None


def may_be_tried_again(code):
    """Returns whether another attempt may help: it doesn't if a person has to act."""
    return code not in (USAGE, NEEDS_PERSON, UPLOADS_FAILED)


class StageOperator(SparkSubmitOperator):
    """Fails at once if another attempt is of no use, else after as many retries as `retries` says."""

    def execute(self, context):
        try:
            super().execute(context)
        except Exception as failure:
            code = exit_code(str(failure))
            self.log.info("Asset Stager ended with exit code %s", code)
            if may_be_tried_again(code):
                raise
            raise AirflowFailException(f"Asset Stager ended with exit code {code}") from failure


def tell(context):
    """Reports that a night has failed for good: replace this with your mail or chat."""
    logging.getLogger(__name__).error(
        "Asset Stager's night %s has failed: %s. See %s",
        context["ds"],
        context.get("exception"),
        context["task_instance"].log_url,
    )


with DAG(
    dag_id="asset_stager_nightly",
    schedule=CronTriggerTimetable("0 1 * * *", timezone="UTC"),
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    # For all attempts together. The next night finds what this one has staged.
    dagrun_timeout=timedelta(hours=23),
):
    StageOperator(
        task_id="stage",
        conn_id="spark_default",
        # Overrides the connection: in cluster mode no exit code of the job gets here.
        deploy_mode="client",
        name="asset-stager {{ ds }}",
        application=f"{HOME}/asset-stager.jar",
        java_class="org.assetstager.Main",
        # Replaces the cluster's own spark-defaults.conf: copy what you need of it to conf.
        properties_file=f"{HOME}/conf/spark-defaults.conf",
        env_vars={"LC_ALL": "C.UTF-8"},
        conf={"spark.executor.memory": "7g", "spark.executor.cores": "4"},
        driver_memory="4g",
        application_args=[
            "stage",
            "--manifest",
            "hdfs:///manifests/{{ ds }}",
            "--config",
            "/etc/asset-stager/stage.conf",
            "--run-id",
            "nightly-{{ ds }}",
        ],
        retries=3,
        retry_delay=timedelta(minutes=10),
        # For one attempt; the next one continues the run.
        execution_timeout=timedelta(hours=10),
        on_failure_callback=tell,
    )
