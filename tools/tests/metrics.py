#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Read an export as others do, and see whether a statement holds of it.

usage: metrics.py openmetrics|prometheus FILE EXPRESSION

The readers are those of Prometheus' own Python client, which is strict about
OpenMetrics. In the expression, v(name, label=value, …) is the value of the one
sample that has these labels, n(name, label=value, …) how many have them, s the
samples, f the families by name.
"""
import sys

from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client import parser as prometheus

PARSERS = {'openmetrics': openmetrics, 'prometheus': prometheus}


def main():
    kind, path, expression = sys.argv[1:]
    text = open(path, encoding='utf-8', newline='').read()
    families = list(PARSERS[kind].text_string_to_metric_families(text))
    f = {family.name: family for family in families}
    s = [sample for family in families for sample in family.samples]

    def found(name, labels):
        wanted = {key: str(value) for key, value in labels.items()}
        return [x for x in s if (not name or x.name == name) and
                wanted.items() <= x.labels.items()]

    def n(name=None, **labels):
        return len(found(name, labels))

    def v(name, **labels):
        one, = found(name, labels)
        return one.value

    if not eval(f'({expression})', {'f': f, 's': s, 'n': n, 'v': v}):
        print('is false:', expression)


main()
