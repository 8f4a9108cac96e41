"""Runs conf/schedules/airflow_dag.py without Airflow: with small modules in the place of Airflow 2's and of
Airflow 3's, which have the names, parameters and messages that the DAG uses, as of the versions that it
names.

Prints what the job is started with as JSON, after it has tried what becomes of exit codes. Of more than one DAG,
prints the name of each and what is wrong with it.
"""

import json
import logging
import sys
import traceback
import types
from datetime import datetime, timedelta, timezone

# What SparkSubmitOperator renders.
TEMPLATED = set(
    "application conf files py_files jars driver_class_path packages exclude_packages keytab principal"
    " proxy_user name application_args env_vars properties_file".split()
)
# Its parameters, of older releases (5.5) too, and those of BaseOperator.
OPERATOR = TEMPLATED | set(
    "conn_id archives java_class repositories total_executor_cores executor_cores executor_memory"
    " driver_memory num_executors status_poll_interval verbose spark_binary yarn_queue deploy_mode"
    " use_krb5ccache task_id retries retry_delay execution_timeout on_failure_callback".split()
)
DAG = set("dag_id schedule start_date catchup max_active_runs dagrun_timeout".split())


class Failed(Exception):
    """AirflowException."""


class FailedForGood(Failed):
    """AirflowFailException."""


class Timetable:
    def __init__(self, cron, *, timezone):
        self.told = (cron, timezone)


class Dag:
    made = []

    def __init__(self, **parameters):
        assert set(parameters) <= DAG, set(parameters) - DAG
        self.parameters = parameters
        Dag.made.append(self)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


class Operator:
    made = []
    says = None
    log = logging.getLogger("operator")

    def __init__(self, **parameters):
        assert set(parameters) <= OPERATOR, set(parameters) - OPERATOR
        self.parameters = parameters
        Operator.made.append(self)

    def execute(self, context):
        if Operator.says is not None:
            raise Failed(Operator.says)


def modules(release):
    """Returns the modules that a release of Airflow has, as far as the DAG may ask for them."""
    names = {"airflow.timetables.trigger": {"CronTriggerTimetable": Timetable}}
    names["airflow"] = {"DAG": Dag}
    names["airflow.exceptions"] = {"AirflowFailException": FailedForGood}
    names["airflow.providers.apache.spark.operators.spark_submit"] = {"SparkSubmitOperator": Operator}
    if release >= (3, 0):
        names["airflow.sdk"] = {"DAG": Dag}
        # Deprecated there.
        names["airflow"] = {}
    if release >= (3, 2):
        names["airflow.sdk"]["CronTriggerTimetable"] = Timetable
        names["airflow.sdk.exceptions"] = {"AirflowFailException": FailedForGood}
        del names["airflow.timetables.trigger"], names["airflow.exceptions"]
    made = {}
    for name, members in names.items():
        parts = name.split(".")
        for i in range(1, len(parts) + 1):
            made.setdefault(".".join(parts[:i]), types.ModuleType(".".join(parts[:i]))).__path__ = []
        vars(made[name]).update(members)
    return made


def read(release, path, source):
    """Returns the DAG's scope, its parameters and those of its task, as a release would have them."""
    for name in [name for name in sys.modules if name.split(".")[0] == "airflow"]:
        del sys.modules[name]
    sys.modules.update(modules(release))
    Dag.made.clear()
    Operator.made.clear()
    Operator.says = None
    scope = {"__name__": "airflow_dag"}
    try:
        exec(compile(source, path, "exec"), scope)
    except ImportError as missing:
        raise AssertionError(f"Airflow {release}: {missing}") from missing
    (dag,) = Dag.made
    (operator,) = Operator.made
    schedule = dag.parameters.pop("schedule")
    assert isinstance(schedule, Timetable), "the timetable is named: " + repr(schedule)
    return scope, {**dag.parameters, "timetable": schedule.told}, operator


def becomes_of(operator, message):
    """Returns how a task ends whose submission fails with a message."""
    Operator.says = message
    try:
        operator.execute({})
    except Failed as failure:
        return type(failure)
    return None


def check(path):
    """Tries a DAG in all releases; returns what its job is started with."""
    with open(path, encoding="utf-8") as file:
        source = file.read()
    readings = [read(release, path, source) for release in ((2, 10), (3, 0), (3, 2))]
    for scope, dag, operator in readings:
        # The hook's messages: in general, on Kubernetes, and with the end of what the job printed.
        tail = "\nLast spark-submit output:\nAnother program's Error code is: 7."
        for code, ends in {
            1: Failed, 2: FailedForGood, 3: FailedForGood, 4: FailedForGood, 130: Failed, -9: Failed,
        }.items():
            said = f"Cannot execute: spark-submit --name x. Error code is: {code}."
            for message in (said, said + " Kubernetes spark exit code is: 0", said + tail):
                assert scope["exit_code"](message) == code, message
                assert becomes_of(operator, message) is ends, message
        for message in (
            "No driver id is known: something went wrong" + tail,
            "YARN application application_1_1 ended with state: FAILED, final status: FAILED" + tail,
        ):
            assert scope["exit_code"](message) is None, message
            assert becomes_of(operator, message) is Failed, message
        assert becomes_of(operator, None) is None

        heard = []
        logger = logging.getLogger("airflow_dag")
        logger.filters.clear()
        logger.addFilter(lambda record: heard.append(record.getMessage()))
        task = types.SimpleNamespace(log_url="the log")
        operator.parameters["on_failure_callback"](
            {"ds": "2026-01-31", "exception": Failed("exit code 3"), "task_instance": task}
        )
        assert "2026-01-31 has failed: exit code 3. See the log" in heard[0], heard

    (_, dag, operator), others = readings[0], readings[1:]
    assert all(other[1] == dag for other in others), "another DAG in another release"
    assert dag["timetable"] == ("0 1 * * *", "UTC"), dag
    assert dag["start_date"] == datetime(2026, 1, 1, tzinfo=timezone.utc), dag
    assert operator.parameters["execution_timeout"] <= dag["dagrun_timeout"] < timedelta(days=1), dag
    values = {
        name: value
        for name, value in operator.parameters.items()
        if not isinstance(value, timedelta) and not callable(value)
    }
    templates = {name for name, value in values.items() if "{{" in str(value)}
    assert templates <= TEMPLATED, templates - TEMPLATED
    return values


if len(sys.argv) == 2:
    json.dump(check(sys.argv[1]), sys.stdout)
else:
    for path in sys.argv[1:]:
        print("== " + path)
        try:
            check(path)
        except Exception:
            traceback.print_exc(file=sys.stdout)
