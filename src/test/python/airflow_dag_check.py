"""Reads conf/schedules/airflow_dag.py without Airflow: by its syntax tree, nothing is imported.

Prints what the job is started with as JSON, after it has tried the functions that judge exit codes.
"""

import ast
import json
import re
import sys

# Parameters of SparkSubmitOperator (apache-airflow-providers-apache-spark 5) and of BaseOperator.
OPERATOR = set(
    "application conf conn_id files py_files archives driver_class_path jars java_class packages"
    " exclude_packages repositories total_executor_cores executor_cores executor_memory driver_memory"
    " keytab principal proxy_user name num_executors status_poll_interval application_args env_vars"
    " verbose spark_binary properties_file yarn_queue deploy_mode use_krb5ccache"
    " task_id retries retry_delay".split()
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
for code in (1, 2, 3, 4, 130):
    said = f"Cannot execute: spark-submit --name x. Error code is: {code}."
    assert scope["exit_code"](said) == code, said
assert scope["exit_code"]("No driver id is known") is None
again = {code: scope["may_be_tried_again"](code) for code in (None, 1, 2, 3, 4, 130)}
assert again == {None: True, 1: True, 2: False, 3: False, 4: False, 130: True}, again

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
json.dump({name: values[name] for name in values}, sys.stdout)
