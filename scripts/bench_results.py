# SPDX-License-Identifier: GPL-2.0
"""Files of what benchmarks found: lines of NAME: VALUE behind a #, which say where and
when, and tab-separated lines of bench, case, metric, median, lower and upper quartile."""
import math


class Garbage(Exception):
    """A file that is not what it should be."""


class Results:
    """heads: what the # lines say; rows: (bench, case, metric) to (median, low, high)"""

    def __init__(self, path):
        self.path, self.heads, self.rows = path, {}, {}
        try:
            with open(path, encoding='utf-8') as file:
                lines = file.read().split('\n')
        except (OSError, UnicodeDecodeError) as error:
            raise Garbage(f'{path}: {error}') from error
        for number, line in enumerate(lines, 1):
            try:
                self.take(line)
            except ValueError as error:
                raise Garbage(f'{path}:{number}: {error}') from error

    def take(self, line):
        if line.startswith('#'):
            name, colon, value = line[1:].partition(':')
            # The first of a name counts: guests that come later may be others.
            if colon:
                self.heads.setdefault(name.strip(), value.strip())
        elif line:
            words = line.split('\t')
            if len(words) != 6:
                raise ValueError(f'{len(words)} columns, not 6')
            value, low, high = map(float, words[3:])
            if not all(map(math.isfinite, (value, low, high))) or not low <= value <= high:
                raise ValueError('no median between its quartiles')
            if tuple(words[:3]) in self.rows:
                raise ValueError(f'{" ".join(words[:3])} is there twice')
            self.rows[tuple(words[:3])] = (value, low, high)

    def benches(self):
        """The cases of each bench, in their order."""
        benches = {}
        for bench, case, _ in self.rows:
            cases = benches.setdefault(bench, [])
            if case not in cases:
                cases.append(case)
        return benches


# What numalens' side of a ratio is called; "numa_maps/scan" is the more the better.
OURS = {'scan', 'snapshot', 'walk', 'numalens', 'scanned', 'recorded', 'watched', 'another',
        'this one', 'this one, traced'}


def orientation(metric):
    """1: a ratio that is better if it is more; -1: if it is less; 0: no ratio, or of none."""
    ours = [side.strip() in OURS for side in metric.split('/')]
    if len(ours) != 2 or ours[0] == ours[1]:
        return 0
    return 1 if ours[1] else -1
