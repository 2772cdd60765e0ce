#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Look at a page of numalens lab as a reader does, and make records that lie.

usage: page.py check PAGE RECORD	what is wrong with the page of the record
       page.py mark RECORD		the record with HTML in each of its texts
       page.py spoil RECORD SEED	the record with values that should not be there
       page.py parse PAGE		fails unless the page is well-formed
       page.py frame PAGE WIDTH		a page that measures the page
       page.py pixel PNG		sum of red, green and blue of the first pixel
"""
import json
import random
import re
import sys
import xml.etree.ElementTree as ET
import zlib


def load(path):
    with open(path, encoding='utf-8') as file:
        return json.load(file)


def shown(record):
    """The parts of a record that a page shows."""
    for experiment in record['experiments']:
        for phase in experiment.get('phases', []):
            for space in phase.get('spaces', []):
                space['vmas'] = [v for v in space['vmas'] if sum(v['pages'])]
    del record['command'], record['format']
    return record


def walk(value, path=()):
    if isinstance(value, dict):
        for key, member in value.items():
            yield from walk(member, path + (key,))
    elif isinstance(value, list):
        for i, member in enumerate(value):
            yield from walk(member, path + (i,))
    else:
        yield path, value


def change(value, function, path=()):
    if isinstance(value, dict):
        value = {k: change(v, function, path + (k,)) for k, v in value.items()}
    elif isinstance(value, list):
        value = [change(v, function, path + (i,)) for i, v in enumerate(value)]
    return function(path, value)


def mark(path, value):
    if not isinstance(value, str) or path in (('command',), ('version',)):
        return value
    place = '.'.join(map(str, path))
    return f'{value}</b></svg><script>alert("{place}")</script>&\'<!--'


SPOILS = [None, True, -1, 0, 1e300, -1e300, 2**63, 65536, 7, '', 'text', '<&"\'>', 'a\tb\x01\x7f',
          '\ud800\udc00\u202e', [], {}, [[]], [None], {'nid': 0}, [1, 2, 3], 'x' * 5000,
          list(range(70)), [[1, 2]] * 3, float('nan'), float('inf')]


def spoil(record, seed):
    dice = random.Random(seed)
    keep = {('command',), ('format',), ()}
    share = dice.choice([0.02, 0.1, 0.3])

    def function(path, value):
        if path not in keep and dice.random() < share:
            return dice.choice(SPOILS)
        if isinstance(value, dict):
            return {k: v for k, v in value.items()
                    if (k,) in keep or dice.random() >= share / 4}
        return value
    return change(record, function)


def check(page, record_path):
    with open(page, encoding='utf-8') as file:
        source = file.read()
    if not source.startswith('<!DOCTYPE html>\n'):
        print('no doctype')
    root = ET.fromstring(source)
    ids = [e.get('id') for e in root.iter() if e.get('id')]
    for name in {i for i in ids if ids.count(i) > 1}:
        print(f'id {name} is there twice')
    style = root.find('head/style').text
    for bad in re.findall(r'@import|url\s*\(|expression', style):
        print(f'style sheet: {bad}')
    for element in root.iter():
        if element.tag in ('script', 'iframe', 'object', 'embed', 'img', 'image', 'use', 'base'):
            print(f'there is a {element.tag}')
        for name, value in element.attrib.items():
            if name.startswith('on') or name in ('src', 'srcset', 'action'):
                print(f'{element.tag} has {name}={value}')
            if name == 'href' and value != 'data:,' and value[1:] not in ids:
                print(f'leads elsewhere: {value}')
            if re.search(r'https?:|^//|url\s*\(', value):
                print(f'{element.tag}: {name}={value}')
            for variable in re.findall(r'var\((--[\w-]+)\)', value):
                if f'\t{variable}: ' not in style:
                    print(f'no colour {variable}')
            if 'rgb(' in value:
                print(f'a colour that is not of the page: {value}')
    text = ' '.join(' '.join(root.itertext()).replace('\u00a0', ' ').split())
    words = set(text.split())
    for path, value in walk(shown(load(record_path))):
        where = '.'.join(map(str, path))
        if isinstance(value, str):
            if ' '.join(value.split()) not in text:
                print(f'{where} is not shown: {value}')
        elif 'cells' in path and str(value) not in words:
            print(f'{where} is not shown: {value}')
    return root


MEASURE = """<!DOCTYPE html><body><iframe style="border: 0" height="900"></iframe><script>
const frame = document.querySelector("iframe"), found = document.body.dataset;
frame.width = %s;
frame.onload = () => {
	const page = frame.contentDocument;
	found.width = page.documentElement.scrollWidth;
	for (const part of page.querySelectorAll("main > *, figure"))
		if (part.getBoundingClientRect().right > frame.width)
			found.wide = part.id || part.className;
	found.drawn = [...page.querySelectorAll("svg")].filter(
		(svg) => svg.getBoundingClientRect().height > 50).length;
};
frame.srcdoc = %s;
</script></body>"""


def frame(path, width):
    with open(path, encoding='utf-8') as file:
        print(MEASURE % (width, json.dumps(file.read()).replace('</', '<\\/')))


def pixel(path):
    with open(path, 'rb') as file:
        data = file.read()
    at = 8
    packed = b''
    while at < len(data):
        size = int.from_bytes(data[at:at + 4], 'big')
        if data[at + 4:at + 8] == b'IDAT':
            packed += data[at + 8:at + 8 + size]
        at += 12 + size
    # whichever filter the first row has, its first pixel is as it is
    return sum(zlib.decompress(packed)[1:4])


what, path = sys.argv[1:3]
if what == 'check':
    check(path, sys.argv[3])
elif what == 'mark':
    json.dump(change(load(path), mark), sys.stdout)
elif what == 'spoil':
    json.dump(spoil(load(path), sys.argv[3]), sys.stdout)
elif what == 'parse':
    ET.parse(path)
elif what == 'frame':
    frame(path, sys.argv[3])
elif what == 'pixel':
    print(pixel(path))
