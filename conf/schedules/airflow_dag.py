"""A nightly run of Asset Stager by Airflow, which knows what the job's exit codes mean.

Copy it into the DAGs' folder. It needs apache-airflow-providers-apache-spark, a connection
"spark_default" to the cluster, and spark-submit on the workers' PATH. A task that is tried again names
the same run: it goes on where it stopped, or says that it is done.

The timetable is named, since Airflow 2 and 3 take a bare cron expression differently: with this one {{ ds }}
is in both the date (UTC) on which the run starts, which is that of the manifest it takes.

Compared with the provider's sources (github.com/apache/airflow, providers/apache/spark): the operator at
commit 015d5de73450d467912e6cc31e9f44aab528190b (as of release 6.3.2), the hook at commit
02a0d09eda727de5618ad5a1a3fbdec1f15a1577 (as of 6.3.0). The hook says the exit code in the message of its
AirflowException alone, and only in client mode is it the job's. With a Kubernetes master in client mode
the hook gives env_vars to no driver: the workers themselves need LC_ALL=C.UTF-8 there.
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
    """Returns the job's exit code in what the hook says of a failed submission, or None.

    A signal that ended spark-submit is a negative code. What the job printed last may come after it.
    """
    found = re.match(r"Cannot execute: .*?Error code is: (-?\d+)", message, re.DOTALL)
    return int(found.group(1)) if found else None


def may_be_tried_again(code):
    """Whether the same run may get further: what a person must mend stays as it is."""
    return code not in (USAGE, NEEDS_PERSON, UPLOADS_FAILED)


class StageOperator(SparkSubmitOperator):
    """Fails at once where trying again is no use, else as often as `retries` says."""

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
    """Says that a night has failed for good: put your mail or your chat here."""
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
    # With all its attempts; then the next night finds what this one has staged.
    dagrun_timeout=timedelta(hours=23),
):
    StageOperator(
        task_id="stage",
        conn_id="spark_default",
        # Whatever the connection says: of a job in cluster mode no exit code gets here.
        deploy_mode="client",
        name="asset-stager {{ ds }}",
        application=f"{HOME}/asset-stager.jar",
        java_class="org.assetstager.Main",
        # Takes the place of the cluster's own spark-defaults.conf: what you need of it goes to conf.
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
        # Of one attempt; the next one goes on.
        execution_timeout=timedelta(hours=10),
        on_failure_callback=tell,
    )
