#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draws what racewalk-bench measured, and brings pages up to date.

    racewalk-bench --json rows.json && bench/pages.py rows.json --update bench/README.md
    racewalk-bench --scaling DIR && bench/pages.py DIR/scaling.json --plots DIR --update docs/scaling.md

A page has blocks between marks, one for each table; what stands between them is replaced:

    <!-- begin NAME: … -->
    <!-- end NAME -->

--plots draws DIR/NAME.svg for each plot of the report, with gnuplot.
"""
import argparse
import json
import os
import re
import subprocess
import sys

COLORS = ["#0969da", "#bc4c00", "#1a7f37", "#8250df", "#9a6700", "#cf222e"]


def short(value):
    """A number with three digits and a prefix: 607µ, 0.145, 150M."""
    for factor, prefix in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= factor:
            return "%.3g%s" % (value / factor, prefix)
    return "%.3gµ" % (value * 1e6) if 0 < abs(value) < 1e-3 else "%.3g" % value


def four_digits(value):
    decimals = next((n for bound, n in ((1000, 0), (100, 1), (10, 2), (1, 3)) if value >= bound), 4)
    return "%.*f" % (decimals, value)


def table(head, rows, left=0):
    """Markdown; the first columns stand left, the others right."""
    rule = ["---" if i < left else "---:" for i in range(len(head))]
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, rule] + rows) + "\n"


# --- reports of rows ---

def rows_block(report):
    clock = "about %.2f GHz, " % (report["clock_hz"] / 1e9) if report["clock_hz"] else ""
    lines = []
    for row in report["rows"]:
        if "median" not in row:
            lines.append([row["name"], "not here", "", row["unit"], row.get("not_here", "")])
            continue
        note = ("%.2f cycles a step" % row["cycles_per_step"] if "cycles_per_step" in row
                else "%.1f bytes a state" % (row["bytes"] / row["states"]) if "bytes" in row and "states" in row
                else "%.1f MB" % (row["bytes"] / 1e6) if "bytes" in row else "")
        lines.append([row["name"], four_digits(row["median"]),
                      four_digits(row["min"]) + " … " + four_digits(row["max"]), row["unit"], note])
    return ("%s, %sall threads: %d; %s. Medians of %d.\n\n" %
            (report["processor"], clock, report["threads"], report["build"], report["repeat"]) +
            table(["row", "median", "min … max", "unit", ""], lines, left=1))


def instructions_block(report):
    lines = [[row["name"], "%.1f a %s" % (row["instructions"], row["instructions_per"]) if "instructions" in row
              else "not here: " + row.get("not_here", "")] for row in report["rows"]]
    return report["build"] + ".\n\n" + table(["row", "instructions"], lines, left=1)


# --- reports of plots ---

def machine_block(report):
    machine = report["machine"]
    text = "%s, about %.2f GHz, %d processors; %s. Medians of %d.%s\n\n" % (
        report["processor"], report["clock_hz"] / 1e9, report["threads"], report["build"], report["repeat"],
        " Quick: the figures mean nothing." if report["quick"] else "")
    if "draw_s" in machine:
        text += ("%s: %.3f ns for a walk's draw, %.4f ns for an operation on one walk's lane; a step of 3 deployers has\n"
                 "%d operations besides the draw: %.3f ns.\n" %
                 (machine["kernel"], machine["draw_s"] * 1e9, machine["operation_s"] * 1e9, machine["operations"],
                  machine["step_s"] * 1e9))
    else:
        text += "This processor has no vector kernel: no limit is drawn for walks.\n"
    text += "One core copies %.1f GB/s from memory to memory.\n" % (machine["copy_bytes_per_s"] / 1e9)
    return text if machine["ranks"] else text + "\nmpirun or racewalk-mpi is not there: ranks were not measured.\n"


def plot_block(plot):
    curves = plot["curves"]
    xs = sorted({point["x"] for curve in curves if not curve["limit"] for point in curve["points"]})
    if not xs:
        return "Not measured here.\n"
    value = [{point["x"]: short(point["y"]) for point in curve["points"]} for curve in curves]
    lines = [["%.0f" % x] + [of.get(x, "") for of in value] for x in xs]
    return plot["caption"] + "\n\n" + table([plot["x"]] + [curve["name"] for curve in curves], lines)


def draw(plot, path):
    curves = [curve for curve in plot["curves"] if curve["points"]]
    if not curves:
        return
    quote = lambda text: "'" + text.replace("'", "''") + "'"
    script = ["set terminal svg size 760,440 enhanced font 'sans-serif,13' background '#ffffff'",
              "set encoding utf8", "set output " + quote(path), "set title " + quote(plot["title"]) + " noenhanced",
              "set xlabel " + quote(plot["x"]) + " noenhanced", "set ylabel " + quote(plot["y"]) + " noenhanced",
              "set grid lc rgb '#d8dee4'", "set key outside bottom center horizontal"]
    xs = [point["x"] for curve in curves for point in curve["points"]]
    if plot["x_log"]:
        script += ["set logscale x", "set format x '%.0s%c'", "set xrange [%g:%g]" % (min(xs) / 1.2, max(xs) * 1.2)]
    else:
        script += ["set xrange [%g:%g]" % (min(xs) - 0.5, max(xs) + 0.5)]
    script += ["set logscale y", "set format y '%.0s%c'"] if plot["y_log"] else ["set yrange [0:*]"]
    if plot["x_at_points"]:
        script.append("set xtics (%s)" % ", ".join("'%s' %g" % (short(p["x"]), p["x"]) for p in curves[0]["points"]))
    parts = []
    for i, curve in enumerate(curves):
        script.append("$c%d << E" % i)
        script += ["%.17g %.17g %.17g %.17g" % (p["x"], p["y"], p.get("min", p["y"]), p.get("max", p["y"]))
                   for p in curve["points"]]
        script.append("E")
        style = ("lines dashtype 2 lw 1.6 lc rgb '#57606a'" if curve["limit"]
                 else "yerrorlines lw 1.6 pt %d ps 0.6 lc rgb '%s'" % (5 + 2 * i, COLORS[i % len(COLORS)]))
        parts.append("$c%d with %s title %s noenhanced" % (i, style, quote(curve["name"])))
    script.append("plot " + ", ".join(parts))
    subprocess.run(["gnuplot"], input="\n".join(script) + "\n", text=True, check=True)


# --- pages ---

def update(path, blocks):
    """Replaces in the page those blocks that it has; a page that has none of them is an error."""
    with open(path, encoding="utf-8") as page:
        text = page.read()
    found = False
    for name, content in blocks.items():
        pattern = re.compile("(<!-- begin %s:[^\n]*\n).*?(<!-- end %s -->)" % ((re.escape(name),) * 2), re.DOTALL)
        text, count = pattern.subn(lambda match: match[1] + "\n" + content + "\n" + match[2], text)
        found = found or count > 0
    if not found:
        sys.exit("%s has none of these blocks: %s" % (path, ", ".join(blocks)))
    with open(path + ".new", "w", encoding="utf-8") as page:
        page.write(text)
    os.replace(path + ".new", path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("report", help="JSON of racewalk-bench")
    parser.add_argument("--plots", metavar="DIR", help="draw the plots into DIR")
    parser.add_argument("--update", metavar="FILE", nargs="+", default=[], help="pages to bring up to date")
    options = parser.parse_args()
    with open(options.report, encoding="utf-8") as file:
        report = json.load(file)
    if "plots" in report:
        blocks = {plot["name"]: plot_block(plot) for plot in report["plots"]}
        blocks["machine"] = machine_block(report)
    elif report["counted"] == "instructions":
        blocks = {"instructions": instructions_block(report)}
    else:
        blocks = {"rows": rows_block(report)}
    for plot in report.get("plots", []) if options.plots else []:
        draw(plot, os.path.join(options.plots, plot["name"] + ".svg"))
    for path in options.update:
        update(path, blocks)
    if not options.update and not options.plots:
        print("\n".join(blocks.values()))


if __name__ == "__main__":
    main()
