#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Compare what the tool says of a captured tree with what the kernel said.

usage: compare.py numa_maps|domains TOOL TREE

Prints each difference; nothing if there is none.
"""
import json
import os
import re
import sys

kind, tool, root = sys.argv[1:]


def ask(*args):
    pipe = os.popen(' '.join((tool, '--sysroot', root, '--json') + args))
    return json.load(pipe)


def read(path):
    with open(os.path.join(root, path), encoding='latin-1') as f:
        return f.read().rstrip('\n')


def differ(where, ours, kernels):
    if ours != kernels:
        print(f'{where}: tool {ours}, kernel {kernels}')


def numa_maps():
    compared = 0
    for pid in os.listdir(os.path.join(root, 'sys/kernel/numalens/processes')):
        found = ask('show', '--vmas', pid)['processes'][0]
        nodes, vmas = found['nodes'], {v['start'].zfill(16): v for v in found['vmas']}
        lines = read(f'proc/{pid}/numa_maps').split('\n')
        differ(f'{pid}: number of VMAs', len(vmas), len(lines))
        for line in lines:
            # a policy may have a blank in it: it ends where words with = begin
            start, rest = line.split(' ', 1)
            start = start.zfill(16)
            pages = {int(n): int(v) for n, v in re.findall(r' N(\d+)=(\d+)', line)}
            size = re.search(r'kernelpagesize_kB=(\d+)', line)
            each = int(size[1]) * 1024 // found['page_size_bytes'] if size else 1
            vma = vmas[start]
            differ(f'{pid} {start}: pages', vma['pages'],
                   [pages.get(n, 0) * each for n in nodes])
            if not (rest + ' ').startswith(vma['policy'] + ' '):
                print(f'{pid} {start}: policy {vma["policy"]}, kernel {rest}')
            anon = re.search(r' anon=(\d+)', line)
            if vma['kind'] != 'hugetlb':
                differ(f'{pid} {start}: anon', sum(vma['anon_pages']),
                       int(anon[1]) if anon else 0)
            compared += 1
        differ(f'{pid}: resident', [sum(v['pages'][i] for v in vmas.values())
                                    for i in range(len(nodes))], found['resident_pages'])
    if not compared:
        print('nothing to compare')


def domains():
    base = 'sys/kernel/debug/sched/domains'
    compared = 0
    found = ask('domains')
    if found['source'] != 'module':
        print('not from the module')
    differ('CPUs', [f'cpu{c["cpu"]}' for c in found['cpus']],
           sorted(os.listdir(os.path.join(root, base)), key=lambda c: int(c[3:])))
    for cpu in found['cpus']:
        path = f'{base}/cpu{cpu["cpu"]}'
        differ(path, sorted(f'domain{d["domain"]}' for d in cpu['domains']),
               sorted(os.listdir(os.path.join(root, path))))
        for domain in cpu['domains']:
            where = f'{path}/domain{domain["domain"]}'
            differ(f'{where}/flags', domain['flag_names'], read(f'{where}/flags').split())
            differ(f'{where}/name', domain['name'], read(f'{where}/name'))
            for name in ('min_interval', 'max_interval', 'busy_factor', 'imbalance_pct',
                         'cache_nice_tries'):
                differ(f'{where}/{name}', domain[name], int(read(f'{where}/{name}')))
            compared += 1
    if not compared:
        print('nothing to compare')


{'numa_maps': numa_maps, 'domains': domains}[kind]()
