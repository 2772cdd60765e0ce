#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Make a recording from its description, by Documentation/recording.rst alone.

usage: mkrec.py DESCRIPTION FILE	(DESCRIPTION "-" is stdin)
       mkrec.py --frames FILE		list the frames of a recording: where each begins, its
					numbers, and whether its checksum is right
       mkrec.py --snapshots FILE PID DIR	each snapshot of a process to DIR/0, DIR/1, …

A description has one item a line, as those of mktree.py; times are in seconds:
	machine JSON
	process TIME PID JSON
	snapshot TIME PID running|exited KEY=VALUE…	lines that follow: as of mktree.py's process
	counters TIME					lines that follow: NAME VALUE
	gone TIME PID exited|unwatched
	end TIME JSON
	frame TYPE CODING SIZE TEXT			whatever it says
	wrong						the last frame's checksum
	header VERSION
	raw TEXT					bytes, as they are
"""
import os
import signal
import struct
import subprocess
import sys
import tempfile
import zlib

import mktree

TYPES = {'machine': 1, 'process': 2, 'snapshot': 3, 'counters': 4, 'gone': 5, 'end': 6}
NAMES = {number: name for name, number in TYPES.items()}
GONE = {'exited': 1, 'unwatched': 2}
MAGIC = b'NUMALREC'
FRAME = '<HHIIIIQ'
HEADER_SIZE = 32


def header(version):
    return MAGIC + struct.pack('<II', version, 16)


def frame(kind, data, pid=0, flags=0, seconds='0', coding=0, size=None):
    head = struct.pack(FRAME, kind, coding, len(data), len(data) if size is None else size,
                       pid, flags, round(float(seconds) * 1e9))
    return head + struct.pack('<I', zlib.crc32(head + data)) + data


def item(words, text, lines):
    kind = words[0]
    if kind == 'machine':
        return frame(1, text.split(None, 1)[1].encode())
    if kind == 'process':
        return frame(2, text.split(None, 3)[3].encode(), int(words[2]), 0, words[1])
    if kind == 'snapshot':
        more = mktree.key_values(words[4:])
        data, _ = mktree.snapshot_pack(int(words[2]), more, lines)
        return frame(3, data, int(words[2]), words[3] == 'exited', words[1])
    if kind == 'counters':
        return frame(4, ''.join(f'{line}\n' for line in lines).encode(), 0, 0, words[1])
    if kind == 'gone':
        return frame(5, b'', int(words[2]), GONE[words[3]], words[1])
    if kind == 'end':
        return frame(6, text.split(None, 2)[2].encode(), 0, 0, words[1])
    if kind == 'frame':
        data = text.split(None, 4)[4].encode() if len(words) > 4 else b''
        return frame(int(words[1]), data, 0, 0, '0', int(words[2]), int(words[3], 0))
    if kind == 'raw':
        return mktree.unescape(text.split(None, 1)[1])
    raise ValueError(words)


def make(stream):
    items = []
    for line in stream.read().split('\n'):
        if not line.strip() or line.startswith('#'):
            continue
        if line[0] == '\t':
            items[-1][1].append(line.strip())
        else:
            items.append((line, []))
    data, last = header(1), 0
    for line, lines in items:
        words = line.split()
        if words[0] == 'header':
            data = header(int(words[1], 0))
        elif words[0] == 'wrong':
            # the checksum is the last of the header
            at = last + HEADER_SIZE - 4
            data = data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]
        else:
            last = len(data)
            data += item(words, line, lines)
    return data


def frames(data):
    """What is whole: offset, header's numbers, stored bytes, checksum is right."""
    at = 16
    while at + HEADER_SIZE <= len(data):
        numbers = struct.unpack_from(FRAME, data, at)
        stored = data[at + HEADER_SIZE:at + HEADER_SIZE + numbers[2]]
        if len(stored) < numbers[2]:
            return
        crc, = struct.unpack_from('<I', data, at + HEADER_SIZE - 4)
        good = crc == zlib.crc32(stored, zlib.crc32(data[at:at + HEADER_SIZE - 4]))
        yield at, numbers, stored, good
        at += HEADER_SIZE + numbers[2]


def decode(coding, stored, before):
    """By the zstd program, which knows nothing of us."""
    if coding == 0:
        return stored
    with tempfile.TemporaryDirectory() as directory:
        command = ['zstd', '-d', '-q', '-c', '--long=31']
        if coding == 2:
            prefix = os.path.join(directory, 'before')
            with open(prefix, 'wb') as f:
                f.write(before)
            command.append(f'--patch-from={prefix}')
        path = os.path.join(directory, 'stored.zst')
        with open(path, 'wb') as f:
            f.write(stored)
        return subprocess.run(command + [path], check=True, stdout=subprocess.PIPE).stdout


def contents(data):
    """All frames, decoded."""
    last = {}
    for at, (kind, coding, _, size, pid, flags, ns), stored, good in frames(data):
        assert good, at
        text = decode(coding, stored, last.get((kind, pid)))
        assert len(text) == size, at
        last[kind, pid] = text
        yield kind, pid, flags, ns, text


def main():
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    if sys.argv[1] == '--frames':
        with open(sys.argv[2], 'rb') as f:
            for at, (kind, coding, stored, size, pid, flags, ns), _, good in frames(f.read()):
                print(at, NAMES.get(kind, kind), coding, stored, size, pid, flags, ns,
                      'right' if good else 'wrong')
    elif sys.argv[1] == '--snapshots':
        with open(sys.argv[2], 'rb') as f:
            texts = [t for k, p, _, _, t in contents(f.read()) if k == 3 and p == int(sys.argv[3])]
        for i, text in enumerate(texts):
            with open(os.path.join(sys.argv[4], str(i)), 'wb') as f:
                f.write(text)
    else:
        with (sys.stdin if sys.argv[1] == '-' else open(sys.argv[1], encoding='utf-8')) as f:
            data = make(f)
        with open(sys.argv[2], 'wb') as f:
            f.write(data)


if __name__ == '__main__':
    main()
