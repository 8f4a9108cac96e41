"""What scripts/dashboard-check needs besides a shell.

    dashboard-check.py asset FOLDER            makes files, prints a manifest of them
    dashboard-check.py busy PORT SERVER_PORT   a store that has no time for one of the uploads
    dashboard-check.py ask DASHBOARD PROMETHEUS_PORT BEGAN ENDED
"""

import json
import os
import re
import socket
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request

# What a run of these files through that store has to show: the ends of the metrics' names.
HAPPENED = re.compile(
    "(files_(STAGED|DELETED|MODIFIED)|bytes_(STAGED|DELETED|MODIFIED)|sent_bytes|retries|throttles"
    "|requests_(LIST|PUT|PART|CREATE|COMPLETE)|errors_PUT|limit_(requests|bytes)|uploads_open)_Value"
    "|micros_(PUT|LIST)_.*"
)


def make_asset(folder):
    os.mkdir(folder)
    sizes = {f"small-{i}": 1_000 for i in range(400)}
    sizes.update({"large": 12 << 20, "gone": 10, "modified": 10})
    for name, size in sizes.items():
        path = os.path.join(folder, name)
        with open(path, "wb") as file:
            file.write(os.urandom(size))
        stat = os.stat(path)
        print(json.dumps({
            "top_hash": "dashboard", "root": folder, "path": name,
            "st_size": stat.st_size, "st_mtime_ns": stat.st_mtime_ns,
            "st_ctime_ns": stat.st_ctime_ns, "st_nlink": stat.st_nlink, "st_ino": stat.st_ino,
        }))
    os.remove(os.path.join(folder, "gone"))
    with open(os.path.join(folder, "modified"), "ab") as file:
        file.write(b"more")


class Busy:
    """Connects to the server, but refuses one request of many that put an object."""

    def __init__(self, server_port):
        self.server_port = server_port
        self.uploads = 0
        self.lock = threading.Lock()

    def refuses(self, sent):
        # A client awaits its answer before its next request: this is where one begins.
        line = sent.split(b"\r\n")[0]
        if not line.startswith(b"PUT /") or b"partNumber" in line:
            return False
        with self.lock:
            self.uploads += 1
            return self.uploads == 100

    def serve(self, client):
        with client, socket.create_connection(("127.0.0.1", self.server_port)) as server:
            threading.Thread(target=pass_on, args=(server, client), daemon=True).start()
            try:
                while sent := client.recv(65536):
                    if self.refuses(sent):
                        refuse(client)
                        return
                    server.sendall(sent)
            except OSError:
                # Either of them has gone.
                pass


def refuse(client):
    body = b"<Error><Code>SlowDown</Code><Message>Busy</Message></Error>"
    client.sendall(
        b"HTTP/1.1 503 Slow Down\r\nContent-Type: application/xml\r\nConnection: close\r\n"
        b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    client.shutdown(socket.SHUT_WR)
    while client.recv(65536):
        pass


def pass_on(source, target):
    try:
        while more := source.recv(65536):
            target.sendall(more)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        # Either of them has gone.
        pass


def be_busy(port, server_port):
    busy = Busy(server_port)
    with socket.create_server(("127.0.0.1", port), backlog=128) as listener:
        while True:
            client, _ = listener.accept()
            threading.Thread(target=busy.serve, args=(client,), daemon=True).start()


class Prometheus:
    def __init__(self, port, began, ended):
        self.url = f"http://127.0.0.1:{port}/api/v1/"
        self.range = {"start": began, "end": ended}

    def get(self, path, **parameters):
        query = urllib.parse.urlencode({**parameters, **self.range})
        try:
            with urllib.request.urlopen(self.url + path + "?" + query) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as e:
            sys.exit(f"dashboard-check: Prometheus refuses {parameters}: {e.read().decode()}")


def filled_in(text, variables):
    """As Grafana's data source for Prometheus puts in the values of variables, All being chosen."""
    for name, values in variables.items():
        escaped = [re.sub(r"[$^*{}\[\]+?.()|]", r"\\\\\g<0>", value) for value in values]
        either = escaped[0] if len(escaped) == 1 else "(" + "|".join(escaped) + ")"
        text = re.sub(rf"\${name}\b", lambda _: either, text)
    # Four times the interval of scrapes, where that is larger than what a point of the graph spans.
    text = text.replace("$__rate_interval", "4s")
    if "$" in text:
        sys.exit(f"dashboard-check: a variable is unknown: {text}")
    return text


def variables_of(dashboard, prometheus):
    variables = {}
    for variable in dashboard["templating"]["list"]:
        if variable["type"] != "query":
            continue
        query = filled_in(variable["query"]["query"], variables)
        series, label = re.fullmatch(r"label_values\((.*), (\w+)\)", query).groups()
        values = prometheus.get(f"label/{label}/values", **{"match[]": series})
        if not values:
            sys.exit(f"dashboard-check: there is no value for {variable['name']}: {query}")
        variables[variable["name"]] = values
    return variables


def ask(path, port, began, ended):
    with open(path, encoding="utf-8") as file:
        dashboard = json.load(file)
    prometheus = Prometheus(port, began, ended)
    variables = variables_of(dashboard, prometheus)
    print(", ".join(f"{name}: {' '.join(values)}" for name, values in variables.items()))
    missing = 0
    for panel in dashboard["panels"]:
        print(panel["title"])
        for target in panel["targets"]:
            found = prometheus.get("query_range", query=filled_in(target["expr"], variables), step=1)
            values = [float(value) for series in found["result"] for _, value in series["values"]]
            metric = re.search(r"JobPlugin_(\w+)", target["expr"]).group(1)
            wrong = len(found["result"]) != 1 or (
                HAPPENED.fullmatch(metric) is not None and max(values) <= 0)
            missing += wrong
            print("  {:20} {:3} points, at most {:<12g}{}".format(
                target["legendFormat"], len(values), max(values, default=0),
                " MISSING" if wrong else ""))
    if missing:
        sys.exit(f"dashboard-check: {missing} queries don't show what happened")


COMMANDS = {
    "asset": lambda folder: make_asset(folder),
    "busy": lambda port, server_port: be_busy(int(port), int(server_port)),
    "ask": ask,
}
COMMANDS[sys.argv[1]](*sys.argv[2:])
