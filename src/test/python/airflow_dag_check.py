"""Reads conf/schedules/airflow_dag.py without Airflow: by its syntax tree, nothing is imported.

Prints what the job is started with as JSON, after it has tried the functions that judge exit codes.
What it knows of the operator and of the hook's messages is of the versions that the DAG names.
"""

import ast
import json
import re
import sys

# What SparkSubmitOperator renders.
TEMPLATED = set(
    "application conf files py_files jars driver_class_path packages exclude_packages keytab principal"
    " proxy_user name application_args env_vars properties_file".split()
)
# Its parameters, of older releases (5.5) too, and those of BaseOperator.
OPERATOR = TEMPLATED | set(
    "conn_id archives java_class repositories total_executor_cores executor_cores executor_memory"
    " driver_memory num_executors status_poll_interval verbose spark_binary yarn_queue deploy_mode"
    " use_krb5ccache task_id retries retry_delay".split()
)
DAG = set("dag_id schedule start_date catchup max_active_runs".split())

source = open(sys.argv[1], encoding="utf-8").read()
tree = ast.parse(source)
compile(source, sys.argv[1], "exec")

imported = {
    alias.name: node.module
    for node in ast.walk(tree)
    if isinstance(node, ast.ImportFrom)
    for alias in node.names
}
assert imported["SparkSubmitOperator"] == "airflow.providers.apache.spark.operators.spark_submit", imported
assert imported["DAG"] == "airflow", imported

# The functions need nothing of Airflow.
scope = {"re": re}
constants = [
    node
    for node in tree.body
    if isinstance(node, ast.FunctionDef) or isinstance(node, ast.Assign)
]
exec(compile(ast.Module(body=constants, type_ignores=[]), sys.argv[1], "exec"), scope)

# The hook's messages: in general, on Kubernetes, and with the end of what the job printed.
for code in (1, 2, 3, 4, 130, -9):
    said = f"Cannot execute: spark-submit --name x. Error code is: {code}."
    tail = "\nLast spark-submit output:\nAnother program's Error code is: 7."
    for message in (said, said + " Kubernetes spark exit code is: 0", said + tail):
        assert scope["exit_code"](message) == code, message
for message in (
    "No driver id is known: something went wrong" + tail,
    "YARN application application_1_1 ended with state: FAILED, final status: FAILED" + tail,
):
    assert scope["exit_code"](message) is None, message
again = {code: scope["may_be_tried_again"](code) for code in (None, 1, 2, 3, 4, 130, -9)}
assert again == {None: True, 1: True, 2: False, 3: False, 4: False, 130: True, -9: True}, again

operator = next(node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
assert [base.id for base in operator.bases] == ["SparkSubmitOperator"]
calls = {
    node.func.id: {keyword.arg: keyword.value for keyword in node.keywords}
    for node in ast.walk(tree)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
}
assert set(calls["DAG"]) <= DAG, set(calls["DAG"]) - DAG
task = calls[operator.name]
assert set(task) <= OPERATOR, set(task) - OPERATOR
values = {
    name: eval(compile(ast.Expression(value), sys.argv[1], "eval"), scope)
    for name, value in task.items()
    if name != "retry_delay"
}
templates = {name for name, value in values.items() if "{{" in str(value)}
assert templates <= TEMPLATED, templates - TEMPLATED
json.dump(values, sys.stdout)
