#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Random small models, written as C files for racewalk and searched beside it by a program of a few lines.

    random_models.py PROGRAMS [FIRST [COUNT]]

Model number n is a function of n. It exists twice: as a file of C (include/racewalk/model.h) and as functions of Python. A plain
breadth-first search in Python counts its states, whole and up to symmetry (each state is the smallest of all its renamings), and the
chances of walks come from adding up over paths. racewalk must come to the same with every engine, on one thread and on two, in several
processes where mpirun is there, by walks; and each of its traces must be a run of the Python model, step by step and field by field.
"""

import itertools
import json
import math
import os
import random
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STATES_MIN, STATES_MAX = 12, 2500
WALK = 9  # steps of the walks whose chances are compared
LAUNCHER = shlex.split(os.environ.get("RACEWALK_MPIRUN", "mpirun -q --oversubscribe --bind-to none"))


class Kind:
    def __init__(self, rng, index):
        self.name = "abc"[index] + "_thing"
        self.most = rng.randint(1, 3)
        self.count = rng.randint(1, self.most)
        self.symmetric = rng.random() < 0.6
        self.first = rng.choice(["n1", "0", "x-a", self.name + "-a"])

    def thing(self, i):
        if self.first == "0":
            return i
        return self.first[:-1] + (str(1 + i) if self.first.endswith("1") else "abc"[i])


class Field:
    def __init__(self, rng, index, kinds):
        self.name = f"f{index}"
        self.dims = [rng.choice(kinds) for _ in range(rng.choice([0, 0, 1, 1, 1, 2]))]
        self.of = rng.choice(kinds)
        self.type = rng.choice(["number", "number", "bool", "names", "ref", "ref_or_none", "set"])
        low, high = rng.choice([(0, 1), (0, 2), (0, 3), (-2, 1), (5, 7)])
        if self.type == "bool":
            low, high = 0, 1
        elif self.type == "names":
            low, high = 0, rng.randint(1, 2)
        elif self.type in ("ref", "ref_or_none"):
            low, high = (0 if self.type == "ref" else -1), self.of.most - 1
        elif self.type == "set":
            low, high = 0, (1 << self.of.most) - 1
        self.low, self.high = low, high
        self.first = low if low > 0 or self.type in ("ref", "ref_or_none") else 0
        self.c_type = rng.choice(["int8_t", "int32_t", "int64_t"])
        if self.low >= 0 and rng.random() < 0.5:
            self.c_type = rng.choice(["uint8_t", "uint16_t", "uint64_t"])
        if self.type == "bool":
            self.c_type = rng.choice(["bool", "uint8_t", "int"])

    def size(self):
        return math.prod(kind.most for kind in self.dims)

    def declare(self):
        return f"{self.c_type} {self.name}{''.join(f'[{kind.most}]' for kind in self.dims)};"

    def row(self):
        types = {
            "bool": "BOOL",
            "names": "ONE_OF(" + ", ".join(f'"{name}"' for name in self.names()) + ")",
            "ref": f"REF({self.of.name})",
            "ref_or_none": f"REF_OR_NONE({self.of.name})",
            "set": f"SET({self.of.name})",
            "number": f"UP_TO({self.high})" if self.low == 0 else f"RANGE({self.low}, {self.high})",
        }
        names = ", ".join(kind.name for kind in self.dims)
        dims = ["", f"PER({names}), ", f"PER2({names}), "][len(self.dims)]
        return f"F({self.name}, {dims}{types[self.type]})"

    def names(self):
        return ["idle", "busy", "done"][: self.high + 1]

    def show(self, value):
        """The value as a trace has it."""
        if self.type == "bool":
            return value != 0
        if self.type == "names":
            return self.names()[value]
        if self.type in ("ref", "ref_or_none"):
            return "none" if value < 0 else self.of.thing(value)
        if self.type == "set":
            return {"#set": [self.of.thing(i) for i in range(self.of.most) if value >> i & 1]}
        return value


class Model:
    """Expressions are pairs: their C and their Python, in which s is the flat state."""

    def __init__(self, number):
        self.rng = rng = random.Random(number)
        self.kinds = [Kind(rng, i) for i in range(rng.randint(1, 3))]
        self.fields = [Field(rng, i, self.kinds) for i in range(rng.randint(2, 5))]
        self.clock = None
        if rng.random() < 0.5:
            self.clock = Field(rng, 9, self.kinds)
            self.clock.name, self.clock.dims, self.clock.type, self.clock.c_type = "clock", [], "number", "uint8_t"
            self.clock.low, self.clock.high, self.clock.first = 0, rng.randint(2, 6), 0
            self.fields.append(self.clock)
        base = 0
        for field in self.fields:
            field.base = base
            base += field.size()
        self.variables = 0
        self.actions = [self.action(i) for i in range(rng.randint(2, 5))]
        self.weights = {
            name: self.number({}, 2) for name, *_ in self.actions if rng.random() < 0.4
        }
        self.properties = [(f"never{i}", False, self.truth({}, 3)) for i in range(rng.randint(1, 2))]
        self.properties += [(f"seen{i}", True, self.truth({}, 3)) for i in range(rng.randint(0, 1))]
        self.start = None
        for field in rng.sample(self.fields, len(self.fields)):
            if not field.dims and field.type in ("number", "bool", "names") and field is not self.clock:
                self.start = (field, rng.randint(field.low, field.high))
        self.make_functions()

    # --- expressions; env holds the variables in reach: name -> kind ---

    def access(self, env, depth, wanted):
        """An element of a field of one of the wanted types, or None."""
        fields = [field for field in self.fields if wanted(field)]
        self.rng.shuffle(fields)
        for field in fields:
            places = [self.thing(env, depth - 1, kind) for kind in field.dims]
            if None not in places:
                return field, self.element(field, places)
        return None

    @staticmethod
    def element(field, places):
        c = "s->" + field.name + "".join(f"[{place[0]}]" for place in places)
        at = str(field.base)
        if len(places) == 1:
            at += f" + {places[0][1]}"
        if len(places) == 2:
            at += f" + {places[0][1]} * {field.dims[1].most} + {places[1][1]}"
        return c, f"s[{at}]"

    def thing(self, env, depth, kind):
        """A thing of the kind."""
        choices = [(name, name) for name, of in env.items() if of is kind]
        if not kind.symmetric:
            choices.append(("0", "0"))
        if depth > 0 and self.rng.random() < 0.4:
            found = self.access(env, depth, lambda field: field.type == "ref" and field.of is kind)
            if found:
                choices.append(found[1])
        return self.rng.choice(choices) if choices else None

    def number(self, env, depth):
        """A number that is not below 0."""
        pick = self.rng.random()
        if depth > 0 and pick < 0.4:
            found = self.access(env, depth, lambda field: field.type in ("number", "names", "bool"))
            if found:
                field, (c, py) = found
                return f"((int){c} - ({field.low}))", f"({py} - ({field.low}))"
        if depth > 0 and pick < 0.6:
            return self.over(env, depth, "COUNT")
        if depth > 0 and pick < 0.8:
            a, b = self.number(env, depth - 1), self.number(env, depth - 1)
            return f"({a[0]} + {b[0]})", f"({a[1]} + {b[1]})"
        constant = str(self.rng.randint(0, 3))
        return constant, constant

    def over(self, env, depth, how):
        """COUNT, ANY or ALL over the things of a kind."""
        kind = self.rng.choice(self.kinds)
        self.variables += 1
        name = f"v{self.variables}"
        c, py = self.truth({**env, name: kind}, depth - 1)
        python = {"COUNT": "sum", "ANY": "any", "ALL": "all"}[how]
        return (
            f"{how}({name}, p->{kind.name}s, {c})",
            f"{python}(bool({py}) for {name} in range({kind.count}))",
        )

    def truth(self, env, depth):
        pick = self.rng.random()
        if depth > 0 and pick < 0.2:
            a, b = self.truth(env, depth - 1), self.truth(env, depth - 1)
            c, py = self.rng.choice([("&&", "and"), ("||", "or")])
            return f"({a[0]} {c} {b[0]})", f"({a[1]} {py} {b[1]})"
        if depth > 0 and pick < 0.35:
            return self.over(env, depth, self.rng.choice(["ANY", "ALL"]))
        if pick < 0.5:
            found = self.access(env, depth, lambda field: field.type in ("ref", "ref_or_none"))
            if found:
                field, (c, py) = found
                other = self.thing(env, depth - 1, field.of)
                if field.type == "ref_or_none" and (other is None or self.rng.random() < 0.5):
                    other = ("-1", "-1")
                if other:
                    return f"({c} == {other[0]})", f"({py} == {other[1]})"
        if pick < 0.6:
            found = self.access(env, depth, lambda field: field.type == "set")
            if found:
                field, (c, py) = found
                member = self.thing(env, depth - 1, field.of)
                if member:
                    return f"(({c} >> {member[0]} & 1) != 0)", f"({py} >> {member[1]} & 1 != 0)"
        if pick < 0.7:
            names = [name for name in env if not env[name].symmetric]
            pairs = [(a, b) for a in env for b in env if a < b and env[a] is env[b]]
            if pairs:
                a, b = self.rng.choice(pairs)
                sign = self.rng.choice(["<", "<=", "=="] if a in names else ["==", "!="])
                return f"({a} {sign} {b})", f"({a} {sign} {b})"
        a, b = self.number(env, depth - 1), self.number(env, depth - 1)
        sign = self.rng.choice(["<", "<=", "==", "!="])
        return f"({a[0]} {sign} {b[0]})", f"({a[1]} {sign} {b[1]})"

    def action(self, index):
        kinds = [self.rng.choice(self.kinds) for _ in range(self.rng.choice([0, 1, 1, 1, 2, 2, 3]))]
        env = {f"a{i}": kind for i, kind in enumerate(kinds)}
        guard = self.truth(env, 2) if self.rng.random() < 0.7 else ("true", "True")
        mended = self.rng.random() < 0.2
        effects = [effect for effect in (self.effect(env) for _ in range(self.rng.randint(1, 3))) if effect]
        if self.clock and (index == 0 or self.rng.random() < 0.5):
            c, py = self.element(self.clock, [])
            guard = f"{guard[0]} && {c} < {self.clock.high}", f"{guard[1]} and {py} < {self.clock.high}"
            effects.append((f"{c}++;", f"{py} += 1"))
        return f"act{index}", kinds, guard, mended, effects

    def effect(self, env):
        found = self.access(env, 1, lambda field: field is not self.clock)
        if not found:
            return None
        field, (c, py) = found
        if field.type in ("number", "bool", "names"):
            value = self.number(env, 2)
            if self.rng.random() < 0.5:
                value = f"((int){c} - ({field.low}) + 1)", f"({py} - ({field.low}) + 1)"
            size = field.high - field.low + 1
            return (
                f"{c} = ({field.c_type})({field.low} + {value[0]} % {size});",
                f"{py} = {field.low} + {value[1]} % {size}",
            )
        thing = self.thing(env, 1, field.of)
        if field.type == "ref_or_none" and (thing is None or self.rng.random() < 0.3):
            thing = ("-1", "-1")
        if thing is None:
            return None
        if field.type != "set":
            return f"{c} = ({field.c_type}){thing[0]};", f"{py} = {thing[1]}"
        if self.rng.random() < 0.6:
            return f"{c} = ({field.c_type})({c} | 1 << {thing[0]});", f"{py} |= 1 << {thing[1]}"
        return f"{c} = ({field.c_type})({c} & ~(1 << {thing[0]}));", f"{py} &= ~(1 << {thing[1]})"

    # --- the model in C ---

    def c_file(self):
        rows = lambda letter, texts: " ".join(f"{letter}({text})" for text in texts)
        lines = ["#include <racewalk/model.h>", "struct params {", "    bool mend;"]
        lines += [f"    int {kind.name}s;" for kind in self.kinds]
        lines += ["};", "struct made {"] + [f"    {field.declare()}" for field in self.fields] + ["};"]
        lines.append("#define KINDS(K) " + rows("K", [
            f'{kind.name}, {kind.most}, p->{kind.name}s, {"SYMMETRIC" if kind.symmetric else "ORDERED"}, "{kind.first}"'
            for kind in self.kinds]))
        lines.append("#define PARAMS(P) " + rows("P", [f'{kind.name}s, 1, {kind.most}, "how many"' for kind in self.kinds]))
        lines.append('#define GUARDS(G) G(mend, "fewer things happen")')
        lines.append("#define FIELDS(F) " + " ".join(field.row() for field in self.fields))
        lines.append("#define INSTANCES(I) I(made, " + ", ".join(str(kind.count) for kind in self.kinds) + ")")
        for name, kinds, guard, mended, effects in self.actions:
            arguments = "".join(f", int a{i}" for i in range(len(kinds)))
            lines += [f"static bool {name}(const struct params *p, struct made *s{arguments})", "{"]
            lines += [f"    if (!({guard[0]}){' || p->mend' if mended else ''}) return false;"]
            lines += [f"    {c}" for c, _ in effects] + ["    return true;", "}"]
        lines.append("#define ACTIONS(A) " + rows("A", [
            ", ".join([name, '"' + " ".join([name] + [f"{{x{i}}}" for i in range(len(kinds))]) + '"'] +
                      [kind.name for kind in kinds])
            for name, kinds, *_ in self.actions]))
        if self.weights:
            lines.append("#define WEIGHTS(W) " + rows("W", [f"{name}, 1 + {c}" for name, (c, _) in self.weights.items()]))
        for table, letter, example in (("INVARIANTS", "I", False), ("EXAMPLES", "E", True)):
            chosen = [f'{name}, {c}, "it is so"' for name, is_example, (c, _) in self.properties if is_example == example]
            if chosen:
                lines.append(f"#define {table}({letter}) " + rows(letter, chosen))
        if self.clock:
            lines.append("#define PROGRESS s->clock")
        if self.start:
            lines += ["static void start(const struct params *p, struct made *s)", "{",
                      f"    s->{self.start[0].name} = {self.start[1]};", "}", "#define INITIAL start"]
        return "\n".join(lines + ["#define RACEWALK_MODEL made", "#include <racewalk/model.h>", ""])

    # --- the model in Python ---

    def make_functions(self):
        text = []
        for name, kinds, guard, mended, effects in self.actions:
            arguments = "".join(f", a{i}" for i in range(len(kinds)))
            text += [f"def {name}(s, mend{arguments}):", f"    if not ({guard[1]}){' or mend' if mended else ''}: return None"]
            text += ["    s = list(s)"] + [f"    {py}" for _, py in effects] + ["    return tuple(s)"]
            text += [f"def weight_{name}(s): return 1 + {self.weights[name][1]}" if name in self.weights else
                     f"def weight_{name}(s): return 1"]
        for name, example, (_, py) in self.properties:
            text.append(f"def hit_{name}(s): return {'' if example else 'not '}({py})")
        self.functions = {}
        exec("\n".join(text), self.functions)

    def initial(self):
        state = []
        for field in self.fields:
            first = self.start[1] if self.start and self.start[0] is field else field.first
            state += [first] * field.size()
        return tuple(state)

    def steps(self, state, mend):
        """(action, arguments, weight, next state) of all that is enabled."""
        for name, kinds, *_ in self.actions:
            for arguments in itertools.product(*(range(kind.count) for kind in kinds)):
                made = self.functions[name](state, mend, *arguments)
                if made is not None:
                    yield name, arguments, self.functions["weight_" + name](state), made

    def hits(self, state):
        return [name for name, *_ in self.properties if self.functions["hit_" + name](state)]

    def renamings(self):
        """Each is, for every kind, the new number of each thing."""
        ways = [list(itertools.permutations(range(kind.count))) if kind.symmetric else [tuple(range(kind.count))]
                for kind in self.kinds]
        for way in itertools.product(*ways):
            yield {kind: list(numbers) + list(range(kind.count, kind.most)) for kind, numbers in zip(self.kinds, way)}

    def rename(self, state, way):
        made = list(state)
        for field in self.fields:
            for at, place in enumerate(itertools.product(*(range(kind.most) for kind in field.dims))):
                if any(i >= kind.count for kind, i in zip(field.dims, place)):
                    continue  # room for things that this instance does not have
                value = state[field.base + at]
                if field.type in ("ref", "ref_or_none") and value >= 0:
                    value = way[field.of][value]
                elif field.type == "set":
                    value = sum(1 << way[field.of][i] for i in range(field.of.most) if value >> i & 1)
                to = 0
                for kind, i in zip(field.dims, place):
                    to = to * kind.most + way[kind][i]
                made[field.base + to] = value
        return tuple(made)

    def canonical(self, state, ways):
        return min(self.rename(state, way) for way in ways) if len(ways) > 1 else state

    def search(self, mend, symmetry):
        """States, transitions, diameter, and the least depth at which each property is hit; None: too many states."""
        ways = list(self.renamings()) if symmetry else [None]
        first = self.canonical(self.initial(), ways)
        depths, shortest, transitions = {first: 0}, {}, 0
        queue = [first]
        for state in queue:
            for name in self.hits(state):
                shortest.setdefault(name, depths[state])
            for *_, made in self.steps(state, mend):
                if made == state:
                    continue
                transitions += 1
                made = self.canonical(made, ways)
                if made not in depths:
                    depths[made] = depths[state] + 1
                    queue.append(made)
                    if len(queue) > STATES_MAX:
                        return None
        return len(queue), transitions, max(depths.values()), shortest

    def chances(self, mend, name):
        """Of a hit within 0 .. WALK steps."""
        at, ended, chances = {self.initial(): 1.0}, 0.0, []
        for _ in range(WALK + 1):
            for state in [state for state in at if name in self.hits(state)]:
                ended += at.pop(state)
            chances.append(ended)
            following = {}
            for state, chance in at.items():
                moves = list(self.steps(state, mend))
                total = sum(move[2] for move in moves)
                for _, _, weight, made in moves:
                    following[made] = following.get(made, 0.0) + chance * weight / total
            at = following
        return chances

    def shown(self, state):
        """The variables of a state as a trace has them."""
        made = {}
        for field in self.fields:
            values = [field.show(value) for value in state[field.base : field.base + field.size()]]
            if not field.dims:
                made[field.name] = values[0]
                continue
            table = made.setdefault(field.dims[0].name, {})
            for i in range(field.dims[0].count):
                row = table.setdefault(field.dims[0].thing(i), {})
                row[field.name] = values[i]
                if len(field.dims) == 2:
                    other = field.dims[1]
                    row[field.name] = {other.thing(j): values[i * other.most + j] for j in range(other.count)}
        return made


def plain(value):
    """A value of a trace: its maps as dictionaries, its numbers as numbers, its sets in order."""
    if isinstance(value, dict) and "#map" in value:
        return {plain(key): plain(item) for key, item in value["#map"]}
    if isinstance(value, dict) and "#bigint" in value:
        return int(value["#bigint"])
    if isinstance(value, dict) and "#set" in value:
        return {"#set": sorted((plain(item) for item in value["#set"]), key=str)}
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


class Trial:
    def __init__(self, programs, folder, number, model, ranks):
        self.programs, self.folder, self.number, self.model, self.ranks = programs, folder, number, model, ranks
        self.file = folder / f"made{number}.c"
        self.file.write_text(model.c_file())

    def racewalk(self, *options, ranks=0):
        program = [str(self.programs / "racewalk")]
        if ranks:
            program = [*LAUNCHER, "-n", str(ranks), str(self.programs / "racewalk-mpi")]
        command = program + [options[0], "--model", str(self.file), *options[1:]]
        for _ in range(3):
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=200)
            # OpenMPI's own start fails now and then on a busy machine; nothing else is tried again.
            if not re.search("orte_init failed|ompi_rte_init failed|ORTE_ERROR_LOG|MPI does not start", done.stderr):
                break
        if done.returncode not in (0, 1, 2, 3):
            sys.exit(f"model {self.number}: {' '.join(command)}: status {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def same(self, what, found, expected):
        if found != expected:
            keep = Path(tempfile.gettempdir()) / self.file.name
            shutil.copy(self.file, keep)
            sys.exit(f"model {self.number}: {what}: {found}, and the plain search says {expected} (the model: {keep})")

    def check(self, mend, symmetry, *options, ranks=0):
        """One way to search: its counts and its shortest traces."""
        report = self.folder / "report.json"
        report.unlink(missing_ok=True)
        options = ["--quiet", "--json", str(report), *self.asked(mend), *([] if symmetry else ["--no-symmetry"]), *options]
        self.racewalk("check", *options, ranks=ranks)
        found = json.loads(report.read_text())
        states, transitions, diameter, shortest = self.model.search(mend, symmetry)
        what = "check " + " ".join(options[2:]) + (f" on {ranks} ranks" if ranks else "")
        self.same(what, (found["states"], found["transitions"], found["diameter"]), (states, transitions, diameter))
        self.same(what, {name: depth for name, depth in found["shortest"].items() if depth is not None}, shortest)

    def asked(self, mend):
        names = [["--property", name] for name, *_ in self.model.properties]
        return [*itertools.chain(*names), *(["--guard", "mend"] if mend else [])]

    def odds(self, mend, name):
        report = self.folder / "odds.json"
        self.racewalk("odds", "--quiet", "--json", str(report), "--max-steps", str(WALK), "--property", name,
                      *self.asked(mend)[2 * len(self.model.properties):])
        found = json.loads(report.read_text())["chance"]
        expected = self.model.chances(mend, name)
        close = len(found) == len(expected) and all(
            math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12) for a, b in zip(found, expected))
        self.same(f"the chances of {name}", found if not close else expected, expected)
        return expected[-1]

    def walks(self, mend, name, chance):
        """Hits among walks, within 5.5 standard deviations of what is expected."""
        report, walks = self.folder / "run.json", 20000
        self.racewalk("run", "--quiet", "--json", str(report), "--max-steps", str(WALK), "--max-samples", str(walks), "--seed",
                      str(self.number), "--max-findings", "0", "--property", name,
                      *self.asked(mend)[2 * len(self.model.properties):])
        hits = json.loads(report.read_text())["hits"][name]
        spread = 5.5 * math.sqrt(walks * chance * (1 - chance)) + 1e-6
        self.same(f"hits of {name} among {walks} walks", abs(hits - walks * chance) <= spread or (hits, walks * chance), True)

    def traces(self, mend):
        """Every shortest trace is a run of the Python model, and racewalk replays it."""
        path = self.folder / "traces.ndjson"
        self.racewalk("check", "--quiet", "--out-itf", str(path), *self.asked(mend))
        if not path.exists() or not path.read_text():
            return 0
        self.racewalk("replay", str(path))
        lines = path.read_text().splitlines()
        for line in lines:
            self.follow(json.loads(line), mend)
        return len(lines)

    def follow(self, trace, mend):
        state = self.model.initial()
        for at, told in enumerate(trace["states"]):
            action, picks = told["mbt::actionTaken"], told["mbt::nondetPicks"]
            if at:
                name, kinds, *_ = next(row for row in self.model.actions if row[0] == action)
                arguments = []
                for i, kind in enumerate(kinds):
                    pick = picks[f"x{i}"]
                    self.same(f"pick x{i} of step {at}", pick["tag"], "Some")
                    arguments.append([kind.thing(j) for j in range(kind.count)].index(plain(pick["value"])))
                state = self.model.functions[name](state, mend, *arguments)
                self.same(f"{name}{tuple(arguments)} in step {at} is enabled", state is not None, True)
            variables = {key: plain(told[key]) for key in self.model.shown(state)}
            self.same(f"state {at} of a trace", variables, plain(self.model.shown(state)))
        self.same("the last state of a trace hits", self.model.hits(state) != [], True)

    def all(self):
        ways = [("by-length", 1), ("by-length", 2)] + ([("layers", 1), ("layers", 2)] if self.model.clock else [])
        for mend in (False, True):
            for symmetry in (True, False):
                for engine, threads in ways:
                    self.check(mend, symmetry, "--engine", engine, "--threads", str(threads))
        if self.ranks:
            self.check(False, True, ranks=2)
            self.check(False, False, ranks=2)
        for name, *_ in self.model.properties:
            self.walks(False, name, self.odds(False, name))
        return self.traces(False) + self.traces(True)


def models(first, count):
    """Those that are neither too small nor too large, from number first on."""
    number = first
    while count > 0:
        model = Model(number)
        size = model.search(False, False)
        if size and size[0] >= STATES_MIN and model.search(True, False):
            yield number, model
            count -= 1
        number += 1


def main():
    programs = Path(sys.argv[1]).resolve()
    first, count = (int(text) for text in (sys.argv[2:4] + ["37", "8"][len(sys.argv) - 2 :]))
    ranks = shutil.which(LAUNCHER[0]) is not None and (programs / "racewalk-mpi").exists()
    with tempfile.TemporaryDirectory() as folder:
        # Of programs that were built with AddressSanitizer: what OpenMPI leaks is not ours.
        leaks = f"suppressions={ROOT / 'tests' / 'mpi' / 'leaks.supp'}:print_suppressions=0"
        os.environ.update(XDG_CACHE_HOME=folder, OMP_WAIT_POLICY="passive", OMPI_ALLOW_RUN_AS_ROOT="1",
                          OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1", OMPI_MCA_odls_base_sigkill_timeout="0",
                          ASAN_OPTIONS="fast_unwind_on_malloc=0", LSAN_OPTIONS=leaks)
        for number, model in models(first, count):
            traces = Trial(programs, Path(folder), number, model, ranks).all()
            states = model.search(False, False)[0], model.search(False, True)[0]
            print(f"model {number}: {states[0]} states, {states[1]} up to symmetry, {traces} traces")


if __name__ == "__main__":
    main()
