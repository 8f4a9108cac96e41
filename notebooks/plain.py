"""Makes executed notebooks the same whenever and wherever they were run.

plain.py F...          rewrites notebooks: no times, no versions, cells numbered in their order
plain.py --same A B    exits 1 if A and B differ, pictures aside, and says where
"""

import json
import sys

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def plain(notebook):
    notebook["metadata"] = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    number = 0
    for at, cell in enumerate(notebook["cells"]):
        cell["metadata"] = {}
        cell["id"] = "cell-%d" % at
        if cell["cell_type"] == "code":
            number += 1
            cell["execution_count"] = number
            for output in cell["outputs"]:
                if "execution_count" in output:
                    output["execution_count"] = number
                output.pop("transient", None)
    notebook["nbformat"], notebook["nbformat_minor"] = 4, 5
    return notebook


def without_pictures(notebook):
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop("image/png", None)
    return notebook


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def lines(cell):
    return json.dumps(cell, indent=1, ensure_ascii=False).splitlines()


def same(one, other):
    cells = [without_pictures(plain(load(path)))["cells"] for path in (one, other)]
    for a, b in zip(*cells):
        for left, right in zip(lines(a), lines(b)):
            if left != right:
                print("%s: cell %s\n- %s\n+ %s" % (one, a["id"], left, right))
                return False
        if len(lines(a)) != len(lines(b)):
            print("%s: cell %s has more or fewer results" % (one, a["id"]))
            return False
    return len(cells[0]) == len(cells[1])


if sys.argv[1] == "--same":
    sys.exit(0 if same(*sys.argv[2:]) else 1)
for name in sys.argv[1:]:
    made = plain(load(name))
    with open(name, "w", encoding="utf-8") as file:
        json.dump(made, file, indent=1, ensure_ascii=False)
        file.write("\n")
