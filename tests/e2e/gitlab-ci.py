# SPDX-License-Identifier: GPL-2.0-or-later
"""What .gitlab-ci.yml says, for the test that runs it.

    gitlab-ci.py check FILE              the rules of its language that matter
    gitlab-ci.py script FILE JOB MEMBER  lines of JOB's script or after_script
    gitlab-ci.py calls FILE              each call of the program, a line each
"""
import re
import sys

import yaml

KEYWORDS = {"variables", "stages", "default", "workflow", "include"}
MEMBERS = {"stage", "script", "after_script", "before_script", "cache",
           "artifacts", "parallel", "timeout", "needs", "when", "variables",
           "rules"}


def load(file):
    with open(file) as stream:
        data = yaml.safe_load(stream)
    jobs = {name: job for name, job in data.items() if name not in KEYWORDS}
    return data, jobs


def check(file):
    data, jobs = load(file)
    assert data["default"]["image"] == "debian:12"
    order = data["stages"]
    for name, job in jobs.items():
        assert set(job) <= MEMBERS, (name, set(job) - MEMBERS)
        assert job["stage"] in order, name
        assert job["script"], name
        text = "\n".join(job["script"] + job.get("after_script", []))
        # A job that is split says so to the program, and one that is not
        # must not ask for its number.
        assert ("parallel" in job) == ("$CI_NODE_INDEX" in text), name
        assert ("parallel" in job) == \
            ("--shard=$CI_NODE_INDEX/$CI_NODE_TOTAL" in text), name
        if "parallel" in job:
            assert 2 <= job["parallel"] <= 12, name
        for need in job.get("needs", []):
            other = need["job"] if isinstance(need, dict) else need
            # A job that is not always there must not be asked for.
            assert ("rules" in jobs[other]) == \
                (isinstance(need, dict) and need.get("optional", False)), other
            assert order.index(jobs[other]["stage"]) < \
                order.index(job["stage"]), (name, other)
            assert "parts/" in jobs[other]["artifacts"]["paths"], other
            # Its result is wanted above all when it has failed.
            assert jobs[other]["artifacts"]["when"] == "always", other
    report = jobs["report"]
    assert report["when"] == "always"
    assert report["artifacts"]["when"] == "always"
    paths = report["artifacts"]["paths"]
    assert report["artifacts"]["reports"]["junit"] in paths
    for view in ("index.html", "report.json", "report.sarif", "junit.xml"):
        assert "build/report/" + view in paths, view


def script(file, job, member):
    print("\n".join(load(file)[1][job].get(member, [])))


def calls(file):
    for job in load(file)[1].values():
        for line in job["script"]:
            for call in re.findall(r"\$TV ([^|;&]*)", line):
                print(call)


{"check": check, "script": script, "calls": calls}[sys.argv[1]](*sys.argv[2:])
