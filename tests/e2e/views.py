# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads the views of a result with other people's readers.

    views.py sample SERIES       a result with all that a view can show, as JSON
    views.py sarif SCHEMA FILE   valid by the schema, and the schema can refuse
    views.py junit FILE RESULT   read by junitparser; counts as in the result
    views.py html FILE           well-formed, and refers to nothing outside
    views.py shard SERIES K N    result of shard K/N of check over four hosts
"""
import copy
import json
import re
import sys
import xml.etree.ElementTree

NASTY = "<b>&amp;\"' ]]> # \\ \t \x01\x1b[31m \uffff \u00e4 </script>"
HOSTS = ["x86_64", "arm", "mips32", "tci"]


def finding(rule, host, **more):
    return {"rule": rule, "file": "tcg/tcg.c", "line": 2, "host": host,
            "function": "f", "mode": "user", "guest-bits": 32,
            "message": "m " + NASTY, "text": "t " + NASTY,
            "identity": rule, "patch": "rw/emit.patch",
            "reproduce": "tcg-verify check", **more}


def cell(layer, host=None, status="clean", findings=0, **more):
    made = {"layer": layer, "status": status, "checked": 3,
            "findings": findings, "seconds": 1.25, **more}
    if host:
        made["host"] = host
    return made


def sample(series):
    path = [{"file": "tcg/tcg.c", "line": 1, "function": "g",
             "what": "RX " + NASTY}, {"what": "stored to"}]
    return {
        "format": 1, "command": "check", "series": series, "seconds": 3.5,
        "cells": [
            cell("L1", "arm", "findings", 1, mode="user"),
            cell("L1", "x86_64", mode="user"),
            cell("L2", "arm", "void", note="void " + NASTY),
            cell("L2", "x86_64", "error", note="error"),
            cell("L0", "tci", "not-converted"),
            cell("patch", "arm", "not-converted", 4, patch="rw/emit.patch"),
            cell("series"),
        ],
        "findings": [
            finding("rx-store", "arm", path=path),
            finding("rx-store", "x86_64"),
            finding("overlay-clash", None, file="patches/a b%23.patch",
                    line=0),
            finding("rx-cast-const", "arm", suppressed="known " + NASTY),
        ],
        "tools": [{"name": "clang", "version": "14 " + NASTY}],
        "scores": [{"host": "arm", "layer": "all", "killed": 3, "total": 4,
                    "equivalent": 1}],
    }


def shard(series, number, count):
    own = HOSTS[number - 1::count]
    return {
        "format": 1, "command": "check", "series": series, "seconds": 1,
        "shard": number, "shards": count, "planned": HOSTS,
        "cells": [cell(layer, host) for host in own
                  for layer in ("L0", "L1", "L2")],
        "findings": [],
    }


def check_sarif(schema_file, file):
    import jsonschema
    with open(schema_file) as stream:
        schema = json.load(stream)
    with open(file) as stream:
        log = json.load(stream)
    make = jsonschema.validators.validator_for(schema)
    make.check_schema(schema)
    validator = make(schema)
    validator.validate(log)
    # A schema that lets everything pass proves nothing.
    run = "['runs'][0]"
    result = run + "['results'][0]"
    for damage in (
            f"del log{run}['tool']",
            f"log{run}['tool']['driver'].pop('name')",
            f"log{run}['invocations'][0].pop('executionSuccessful')",
            f"log{result}.pop('message')",
            f"log{result}['level'] = 'fatal'",
            f"log{result}['baselineState'] = 'old'",
            f"log{result}['host'] = 'arm'",
            f"log{result}['ruleIndex'] = '1'",
            f"log{result}['partialFingerprints']['x'] = 1",
            f"log{result}['codeFlows'][0].pop('threadFlows')",
            f"log{result}['locations'][0]['physicalLocation']['region']"
            "['startLine'] = 0",
            "log['version'] = '2.0.0'"):
        broken = copy.deepcopy(log)
        exec(damage, {"log": broken})
        assert not validator.is_valid(broken), damage
    # Requirements that a schema cannot express.
    run = log["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        for place in result["locations"]:
            artifact = place["physicalLocation"]["artifactLocation"]
            assert re.fullmatch(r"[A-Za-z0-9._~/%-]+", artifact["uri"])
            assert artifact["uriBaseId"] in run["originalUriBaseIds"]
    for base in run["originalUriBaseIds"].values():
        assert re.fullmatch(r"file:///.*/", base["uri"])
    states = {result.get("baselineState") for result in run["results"]}
    assert None not in states or states == {None}
    print(*sorted(state or "none" for state in states))


def check_junit(file, result_file):
    import junitparser
    with open(result_file) as stream:
        result = json.load(stream)
    report = junitparser.JUnitXml.fromfile(file)
    kinds = {junitparser.Failure: 0, junitparser.Error: 0,
             junitparser.Skipped: 0}
    names = set()
    cases = 0
    for suite in report:
        own = 0
        for case in suite:
            assert (suite.name, case.name) not in names, case.name
            names.add((suite.name, case.name))
            own += 1
            for end in case.result:
                kinds[type(end)] += 1
        assert own == suite.tests, suite.name
        cases += own
    assert cases == report.tests
    assert kinds[junitparser.Failure] == report.failures
    assert kinds[junitparser.Error] == report.errors
    status = [one["status"] for one in result["cells"]]
    assert report.errors == status.count("void") + status.count("error")
    assert kinds[junitparser.Skipped] == status.count("not-converted")
    assert report.failures >= status.count("findings")
    print(report.tests, report.failures, report.errors)


def check_html(file):
    root = xml.etree.ElementTree.parse(file).getroot()
    space = "{http://www.w3.org/1999/xhtml}"
    ids = {one.get("id") for one in root.iter() if one.get("id")}
    assert root.tag == space + "html"
    for one in root.iter():
        name = one.tag.removeprefix(space)
        assert name not in ("script", "link", "img", "iframe", "object"), name
        assert "src" not in one.attrib and "style" not in one.attrib
        assert not any(key.startswith("on") for key in one.attrib), one.attrib
        if one.get("href"):
            assert one.get("href")[0] == "#" and one.get("href")[1:] in ids
    style = root.find(f"{space}head/{space}style").text
    assert "url(" not in style and "@import" not in style
    assert "prefers-color-scheme" in style
    # An element that is not void must not be closed in its own start.
    with open(file) as stream:
        assert set(re.findall(r"<(\w+)[^<>]*/>", stream.read())) <= {"meta"}
    last = [one.text for one in root.iter() if one.get("id") == "last-line"]
    print(last[0])


def main(what, *arguments):
    if what == "sample":
        json.dump(sample(*arguments), sys.stdout)
    elif what == "shard":
        json.dump(shard(arguments[0], int(arguments[1]), int(arguments[2])),
                  sys.stdout)
    else:
        {"sarif": check_sarif, "junit": check_junit,
         "html": check_html}[what](*arguments)


main(*sys.argv[1:])
