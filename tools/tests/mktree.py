#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Make a tree of /sys and /proc files from its description.

usage: mktree.py DESCRIPTION DIR	(DESCRIPTION "-" is stdin; it may be gzipped)
       mktree.py --member SNAPSHOT NAME	print a member of a header

A description has one item a line; an item goes on in lines that begin with a tab:

PATH: TEXT		a file; \\n, \\t, \\0 and \\xNN in it, a newline behind it
PATH/			a directory
dir PATH		some files of one directory, NAME: TEXT in lines that follow
link PATH TARGET	a symbolic link
task PATH CPU ALLOWED FLAGS NAME	stat and status of a thread: the last CPU, the list of
			those that are allowed, and the flags in stat
base64 PATH		a file, from the lines that follow
process PID KEY=VALUE…	a directory of the module's with a snapshot, made from
			the lines that follow (below)
include FILE		another description
remove PATH		undo something of it
patch PATH NAME=VALUE	change a member of the header of a snapshot
poke PATH OFFSET=VALUE	change 32 bits of a file
truncate PATH SIZE

Lines of a process:
	nodes ID…
	total NAME VALUE…	one value a node
	order N VALUE…		the same, for N from 0 on: pages in folios of that order
	vma START-END PERMS KIND SOURCE POLICY KEY=VALUE…
	thread TID CPU NID COMM KEY=VALUE…
	events process|vma N|thread N EVENT=FROM:TO:COUNT,…	nodes by id, N from 0
	cell SCOPE INDEX EVENT ROW COLUMN COUNT			numbers, as they are

The layout comes from the C header itself, read here without a compiler: where
the tool's idea of the layout differs, tests fail.
"""
import base64
import gzip
import os
import re
import shlex
import shutil
import struct
import sys

HEADER = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                      '../../module/uapi/numalens.h')
ROOT = 'sys/kernel/numalens'
TYPES = {'__u16': 'H', '__u32': 'I', '__u64': 'Q'}


def parse_header():
    text = open(HEADER, encoding='utf-8').read()
    defines = {n: int(v, 0) for n, v in
               re.findall(r'#define\s+(\w+)\s+(0x[0-9a-f]+|\d+)\b', text)}
    text = re.sub(r'/\*.*?\*/', '', text, flags=re.S)
    enums = {}
    for enum, body in re.findall(r'enum (\w+) \{(.*?)\};', text, re.S):
        for i, name in enumerate(re.findall(r'\w+', body)):
            enums[name] = i
            if enum == 'numalens_event':
                EVENTS[name.removeprefix('NUMALENS_').lower()] = i
    structs = {}
    for name, body in re.findall(r'struct (\w+) \{(.*?)\};', text, re.S):
        members = []
        for kind, member, size in re.findall(r'(\w+) (\w+)(?:\[(\w+)\])?;', body):
            members.append((member, f'{defines[size]}s' if size else TYPES[kind]))
        structs[name] = members
    return defines, enums, structs


EVENTS = {}
DEFINES, ENUMS, STRUCTS = parse_header()


def layout(name):
    return '=' + ''.join(code for _, code in STRUCTS[name])


def pack(name, values):
    fields = []
    for member, code in STRUCTS[name]:
        value = values.get(member, 0)
        if code.endswith('s') and not isinstance(value, bytes):
            value = unescape(value) if value else b''
        fields.append(value)
    return struct.pack(layout(name), *fields)


def offset_of(name, member):
    codes = '='
    for m, code in STRUCTS[name]:
        if m == member:
            return struct.calcsize(codes), code
        codes += code
    raise KeyError(member)


def names(prefix):
    """Names of an enum, in order, as the descriptions write them."""
    found = [(v, n) for n, v in ENUMS.items() if n.startswith(prefix)]
    return [n[len(prefix):].lower() for _, n in sorted(found)]


def unescape(text):
    return text.encode().decode('unicode_escape').encode('latin-1') \
        if '\\' in text else text.encode()


def number(text):
    return int(text, 0)


class Strings:
    def __init__(self):
        self.data = b'\0'

    def add(self, text):
        if not text:
            return 0
        at = len(self.data)
        self.data += unescape(text) + b'\0'
        return at


def key_values(words):
    return dict(w.split('=', 1) for w in words)


def perms_of(text):
    bits = 0
    for ch, name in zip(text, ('READ', 'WRITE', 'EXEC', 'SHARED')):
        if ch not in '-p':
            bits |= 1 << ('READ', 'WRITE', 'EXEC', 'SHARED').index(name)
    return bits


def array(words, nr_nodes):
    values = [number(w) for w in words]
    assert len(values) == nr_nodes, words
    return values


def vma_pack(words, nr_nodes, strings):
    span, perms, kind, source, policy = words[:5]
    more = key_values(words[5:])
    start, end = (int(x, 16) for x in span.split('-'))
    values = {'start': start, 'end': end, 'page_size': 4096,
              'kind': names('NUMALENS_KIND_').index(kind),
              'policy_source': names('NUMALENS_SOURCE_').index(source),
              'perms': perms_of(perms),
              'path': strings.add(more.pop('path', '')),
              'policy': strings.add(policy)}
    data = b''
    arrays = {}
    for name in names('NUMALENS_VMA_'):
        text = more.pop(name, ','.join(['0'] * nr_nodes))
        arrays[name] = array(text.split(','), nr_nodes)
        data += struct.pack(f'={nr_nodes}Q', *arrays[name])
    values.update({k: number(v) for k, v in more.items()})
    unknown = set(more) - {m for m, _ in STRUCTS['numalens_vma']}
    assert not unknown, unknown
    return pack('numalens_vma', values) + data, arrays


def thread_pack(words, nr_nodes, strings):
    tid, cpu, nid = (number(w) for w in words[:3])
    more = key_values(words[4:])
    values = {'tid': tid, 'cpu': cpu, 'nid': nid, 'comm': words[3],
              'preferred_nid': DEFINES['NUMALENS_NO_NODE']}
    for name, default in (('policy', 'default'), ('allowed_nodes', '0'), ('allowed_cpus', '0')):
        values[name] = strings.add(more.pop(name, default))
    data = b''
    for name in names('NUMALENS_THREAD_'):
        text = more.pop(name, ','.join(['0'] * nr_nodes))
        data += struct.pack(f'={nr_nodes}Q', *array(text.split(','), nr_nodes))
    values.update({k: number(v) for k, v in more.items()})
    unknown = set(more) - {m for m, _ in STRUCTS['numalens_thread']}
    assert not unknown, unknown
    return pack('numalens_thread', values) + data


def cells_of(words, nodes):
    scope = names('NUMALENS_SCOPE_').index(words[0])
    index = number(words[1]) if scope else 0
    for word in words[2 if scope else 1:]:
        name, cells = word.split('=')
        for cell in cells.split(','):
            row, column, count = (number(x) for x in cell.split(':'))
            yield (scope, index, EVENTS[name], nodes.index(row), nodes.index(column), count)


def snapshot_pack(pid, header, lines):
    """The snapshot, and pages per node."""
    strings = Strings()
    nodes, totals, orders, vmas, threads, cells = [], {}, [], [], [], []
    for line in lines:
        words = shlex.split(line, posix=True) if '"' in line else line.split()
        if words[0] == 'nodes':
            nodes = [number(w) for w in words[1:]]
        elif words[0] == 'total':
            totals[words[1]] = array(words[2:], len(nodes))
        elif words[0] == 'order':
            assert number(words[1]) == len(orders)
            orders.append(array(words[2:], len(nodes)))
        elif words[0] == 'vma':
            vmas.append(vma_pack(words[1:], len(nodes), strings))
        elif words[0] == 'thread':
            threads.append(thread_pack(words[1:], len(nodes), strings))
        elif words[0] == 'events':
            cells += cells_of(words[1:], nodes)
        elif words[0] == 'cell':
            cells.append(tuple(number(w) for w in words[1:]))
        else:
            raise ValueError(line)
    rows = [totals.get(name, [0] * len(nodes)) for name in names('NUMALENS_TOTAL_')] + orders
    for i in range(len(nodes)):
        total = sum(v['pages'][i] for _, v in vmas)
        if total != totals['pages'][i] and not header.pop('unchecked', None):
            sys.exit(f'process {pid}: VMAs have {total} pages on node {nodes[i]}')
    size = struct.calcsize(layout('numalens_snapshot_header'))
    node_data = struct.pack(f'={len(nodes)}I', *nodes)
    node_data += b'\0' * (-len(node_data) % 8)
    total_data = b''.join(struct.pack(f'={len(nodes)}Q', *r) for r in rows)
    vma_data = b''.join(d for d, _ in vmas)
    values = {'magic': DEFINES['NUMALENS_SNAPSHOT_MAGIC'],
              'abi_version': DEFINES['NUMALENS_ABI_VERSION'],
              'header_size': size, 'nr_nodes': len(nodes),
              'vma_size': len(vmas[0][0]) if vmas else
              struct.calcsize(layout('numalens_vma')) + 8 * len(nodes) *
              len(names('NUMALENS_VMA_')),
              'nr_totals': len(rows), 'nr_orders': len(orders), 'nr_vma_arrays': len(names('NUMALENS_VMA_')),
              'nr_vmas': len(vmas), 'nodes_offset': size, 'page_size': 4096, 'pid': pid}
    values['totals_offset'] = size + len(node_data)
    values['vmas_offset'] = values['totals_offset'] + len(total_data)
    values['strings_offset'] = values['vmas_offset'] + len(vma_data)
    for name, default in (('policy', 'default'), ('allowed_nodes', '0'),
                          ('mems_allowed', '0')):
        values[name] = strings.add(header.pop(name, default))
    thread_data = b''.join(threads)
    cell_data = b''.join(pack('numalens_cell', dict(zip(
        [m for m, _ in STRUCTS['numalens_cell']], cell))) for cell in sorted(cells))
    string_data = strings.data
    if threads or cells:
        string_data += b'\0' * (-len(string_data) % 8)
    values['threads_offset'] = values['strings_offset'] + len(string_data)
    values['cells_offset'] = values['threads_offset'] + len(thread_data)
    values['size'] = values['cells_offset'] + len(cell_data)
    values.update({'nr_threads': len(threads), 'nr_cells': len(cells),
                   'nr_thread_arrays': len(names('NUMALENS_THREAD_')),
                   'thread_size': len(threads[0]) if threads else 0,
                   'cell_size': struct.calcsize(layout('numalens_cell')),
                   'preferred_nid': DEFINES['NUMALENS_NO_NODE']})
    if 'caller_event' in header:
        values['caller_event'] = EVENTS[header.pop('caller_event')]
    texts = {name: header.pop(name) for name in ('comm', 'caller_comm') if name in header}
    values.update({k: number(v) for k, v in header.items()})
    values.update(texts)
    return (pack('numalens_snapshot_header', values) + node_data + total_data + vma_data +
            string_data + thread_data + cell_data), totals['pages']


class Tree:
    def __init__(self, root):
        self.root = root

    def path(self, name):
        path = os.path.join(self.root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return path

    def write(self, name, data):
        with open(self.path(name), 'wb') as f:
            f.write(data)

    def process(self, words, lines):
        pid, more = number(words[0]), key_values(words[1:])
        base = f'{more.pop("root", ROOT)}/processes/{pid}'
        for name, key, default in (('state', 'state', 'running'),
                                   ('refresh_ms', 'refresh_ms', '1000'),
                                   ('parent', 'parent', '0')):
            self.write(f'{base}/{name}', more.pop(key, default).encode() + b'\n')
        self.write(f'{base}/comm', unescape(more['comm']) + b'\n')
        self.write(f'{base}/policy', more.get('policy', 'default').encode() + b'\n')
        for name in ('scan', 'events', 'follow_forks'):
            self.write(f'{base}/{name}', b'')
        data, pages = snapshot_pack(pid, more, lines)
        self.write(f'{base}/placement/pages', ' '.join(map(str, pages)).encode() + b'\n')
        self.write(f'{base}/snapshot', data)

    def task(self, path, cpu, allowed, flags, name):
        tid = os.path.basename(path)
        words = ['0'] * 53
        words[3], words[9], words[39] = 'S', str(number(flags)), cpu
        stat = f'{tid} ('.encode() + unescape(name) + f') {" ".join(words[3:])}\n'.encode()
        self.write(f'{path}/stat', stat)
        self.write(f'{path}/status', b'Name:\t' + unescape(name).replace(b'\n', b'\\n') +
                   f'\nCpus_allowed:\tf\nCpus_allowed_list:\t{allowed}\n'.encode())

    def poke(self, name, offset, data):
        with open(self.path(name), 'r+b') as f:
            f.seek(offset)
            f.write(data)

    def command(self, words, lines, where):
        if words[0] == 'process':
            self.process(words[1:], lines)
        elif words[0] == 'dir':
            for line in lines:
                name, _, text = line.partition(':')
                self.write(f'{words[1]}/{name}', unescape(text[1:]) + b'\n')
        elif words[0] == 'include':
            self.read(open_text(os.path.join(where, words[1])), where)
        elif words[0] == 'task':
            self.task(*words[1:])
        elif words[0] == 'link':
            os.symlink(words[2], self.path(words[1]))
        elif words[0] == 'remove':
            path = self.path(words[1])
            link = os.path.islink(path)
            shutil.rmtree(path) if os.path.isdir(path) and not link else os.remove(path)
        elif words[0] == 'patch':
            member, value = words[2].split('=')
            offset, code = offset_of('numalens_snapshot_header', member)
            self.poke(words[1], offset, struct.pack('=' + code, number(value)))
        elif words[0] == 'poke':
            offset, value = words[2].split('=')
            self.poke(words[1], number(offset), struct.pack('=I', number(value)))
        elif words[0] == 'truncate':
            os.truncate(self.path(words[1]), number(words[2]))
        elif words[0] == 'base64':
            self.write(words[1], base64.b64decode(''.join(lines)))
        else:
            raise ValueError(words)

    def item(self, line, lines, where):
        name = re.match(r'([^ :]*[^ :/]):(?: (.*))?$', line)
        if name:
            self.write(name[1], unescape(name[2] or '') + b'\n')
        elif re.match(r'\S+/$', line):
            os.makedirs(self.path(line), exist_ok=True)
        else:
            words = shlex.split(line) if '"' in line else line.split()
            self.command(words, [x.strip() for x in lines], where)

    def read(self, stream, where):
        items = []
        for line in stream.read().split('\n'):
            if not line.strip() or line.startswith('#'):
                continue
            if line[0] == '\t':
                items[-1][1].append(line)
            else:
                items.append((line, []))
        for line, lines in items:
            self.item(line, lines, where)


def open_text(path):
    if path.endswith('.gz'):
        return gzip.open(path, 'rt', encoding='utf-8')
    return open(path, encoding='utf-8')


def main():
    if sys.argv[1] == '--member':
        offset, code = offset_of('numalens_snapshot_header', sys.argv[3])
        print(struct.unpack_from('=' + code, open(sys.argv[2], 'rb').read(), offset)[0])
        return
    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'trees')
    stream = sys.stdin if sys.argv[1] == '-' else open_text(sys.argv[1])
    Tree(sys.argv[2]).read(stream, here)


if __name__ == '__main__':
    main()
