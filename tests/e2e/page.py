# SPDX-License-Identifier: GPL-2.0-or-later
"""Shows the report page to a browser.

    page.py sample SERIES       a result with all hosts and layers, as JSON
    page.py wrap WIDTH PAGE     a document that measures PAGE, WIDTH wide
    page.py picture FILE.png    fails if it is of one colour, or nearly so
"""
import json
import struct
import sys
import zlib

HOSTS = ["aarch64", "arm", "i386", "mips32", "mips64", "ppc32", "ppc64",
         "riscv64", "s390x", "sparc64", "tci", "x86_64"]
LAYERS = ["L0", "caches", "L1", "L2", "L3", "L4"]


def finding(rule, host, **more):
    return {"rule": rule, "file": "accel/tcg/translate-all.c", "line": 2,
            "host": host, "function": "a_function_with_a_rather_long_name",
            "message": "a message that is as long as most of them are: " * 2,
            "text": "    *(tcg_insn_unit *)a_pointer = another_value(s, x);",
            "identity": rule, "patch": "rw/emit.patch",
            "reproduce": "tcg-verify check --host=%s --layer=L1" % host,
            **more}


def sample(series):
    cells = [{"layer": layer, "host": host, "mode": mode, "guest-bits": bits,
              "status": "clean", "checked": 30, "findings": 0, "seconds": 1.5}
             for host in HOSTS for layer in LAYERS
             for mode in ("softmmu", "user") for bits in (32, 64)]
    cells[0].update(status="findings", findings=1)
    cells.append({"layer": "source", "status": "clean", "checked": 1,
                  "findings": 0, "seconds": 1, "note": "sha256:" + "f" * 64})
    return {"format": 1, "command": "check", "series": series, "seconds": 3,
            "date": "2026-12-01 09:30 UTC", "machine": "a machine",
            "unbuilt": ["a/file.c", "another/file.c:12: #ifdef _WIN32"],
            "cells": cells,
            "findings": [finding("rx-store", host) for host in HOSTS] +
                        [finding("rx-cast-const", host, suppressed="a reason")
                         for host in HOSTS]}


WRAP = """<!DOCTYPE html>
<body style="margin: 0">
<iframe id="frame" src="file://%s" width="%s" height="2000"
        style="border: 0"></iframe>
<pre id="result"></pre>
<script>
const frame = document.getElementById("frame");
frame.onload = () => {
    const inner = frame.contentDocument;
    if (location.hash != "#measure") {
        return;
    }
    const root = inner.documentElement;
    const matrix = inner.querySelector("table.matrix");
    const legend = inner.querySelector("#matrix .legend");
    const field = matrix.querySelector("td.clean details");
    const known = inner.querySelector("#known details");
    const values = {
        width: frame.contentWindow.innerWidth,
        beyond: root.scrollWidth - root.clientWidth,
        cut: matrix.parentNode.scrollWidth - matrix.parentNode.clientWidth,
        hosts: matrix.querySelectorAll("tbody tr").length,
        legend: Number(legend.getBoundingClientRect().bottom <=
                       matrix.getBoundingClientRect().top),
        folded: Number(!known.open),
    };
    field.querySelector("summary").click();
    values.opened = Number(field.querySelector("li").offsetHeight > 0 &&
                           field.textContent.includes("30 looked at"));
    field.open = false;
    const link = inner.querySelector("article a[href^='#patch']");
    const text = inner.getElementById(link.getAttribute("href").slice(1));
    link.click();
    setTimeout(() => {
        values.patch = Number(text.parentNode.open && text.offsetHeight > 0);
        document.getElementById("result").textContent =
            Object.entries(values).map(([key, value]) => key + "=" + value)
                .join("; ") + ";";
    }, 500);
};
</script>
"""


def picture(file):
    with open(file, "rb") as stream:
        data = stream.read()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, packed = 8, b""
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        if kind == b"IDAT":
            packed += data[at + 8:at + 8 + length]
        at += length + 12
    # Where a pixel is the one before it, the filters leave a zero.
    raw = zlib.decompress(packed)
    assert len(raw) - raw.count(0) > len(raw) / 100, "blank"


def main(what, *arguments):
    if what == "sample":
        json.dump(sample(*arguments), sys.stdout)
    elif what == "wrap":
        print(WRAP % (arguments[1], arguments[0]))
    else:
        picture(*arguments)


main(*sys.argv[1:])
