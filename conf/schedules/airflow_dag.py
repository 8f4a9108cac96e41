"""A nightly run of Asset Stager by Airflow, which knows what the job's exit codes mean.

Copy it into the DAGs' folder. It needs apache-airflow-providers-apache-spark, a connection
"spark_default" to the cluster in client mode (so that the exit code gets here), and spark-submit on
the workers' PATH. A task that is tried again names the same run: it goes on where it stopped, or says
that it is done.
"""

import re
from datetime import datetime, timedelta

from airflow import DAG
from airflow.exceptions import AirflowFailException
from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator

HOME = "/opt/asset-stager"

DONE, FAILED, USAGE, NEEDS_PERSON, UPLOADS_FAILED, INTERRUPTED = 0, 1, 2, 3, 4, 130


def exit_code(message):
    """Returns the job's exit code in what the operator says of a failed submission, or None."""
    found = re.search(r"Error code is: (\d+)", message)
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


with DAG(
    dag_id="asset_stager_nightly",
    schedule="0 1 * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,
):
    StageOperator(
        task_id="stage",
        conn_id="spark_default",
        name="asset-stager {{ ds }}",
        application=f"{HOME}/asset-stager.jar",
        java_class="org.assetstager.Main",
        # Takes the place of the cluster's own spark-defaults.conf: what you need of it goes to conf.
        properties_file=f"{HOME}/conf/spark-defaults.conf",
        env_vars={"LC_ALL": "C.UTF-8"},
        conf={"spark.executor.memory": "8g", "spark.executor.cores": "4"},
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
    )
