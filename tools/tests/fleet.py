#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""A fleet of one: the real node_exporter and Prometheus, on loopback.

usage: fleet.py PROGRAMS TEXTFILES OPENMETRICS CONTRIB SCRATCH

PROGRAMS is the directory of the programs; node_exporter reads the directory TEXTFILES;
the file OPENMETRICS is served by itself, with OpenMetrics' content type; CONTRIB has
the rules and the dashboard. Prometheus scrapes both, as the jobs "node" and "plain".
Prints KTAP lines without numbers; the numbers are those of trees/fleet.tree. Nothing
is left running.
"""
import contextlib
import http.server
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

PATIENCE = 240
CONTENT = 'application/openmetrics-text; version=1.0.0; charset=utf-8'
TROUBLE = (OSError, ValueError, urllib.error.URLError)


def report(name, bad):
    if not bad:
        print(f'ok - {name}')
        return
    print(f'not ok - {name}')
    for line in str(bad).splitlines():
        print('#', line)


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def get(port, path):
    # No proxy: it is on this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f'http://127.0.0.1:{port}{path}', timeout=60) as answer:
        return answer.read().decode()


def expect(name, what, want):
    """Wait for a value; on a slow machine a scrape may fail, and the next one may not."""
    global PATIENCE
    end = time.monotonic() + PATIENCE
    while True:
        try:
            value = what()
            if value == want:
                report(name, None)
                return
        except TROUBLE as e:
            value = e
        if time.monotonic() > end:
            report(name, f'not within {PATIENCE} s: {want}\nbut {value}')
            # What else is wrong is found sooner.
            PATIENCE = 10
            return
        time.sleep(0.2)


def answers(process, port):
    """Is it there? False once it has ended, as when another took the port."""
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        try:
            get(port, '/metrics')
            return process.poll() is None
        except TROUBLE:
            time.sleep(0.2)
    return False


@contextlib.contextmanager
def running(scratch, name, *command):
    process = None
    try:
        for _ in range(5):
            port = free_port()
            with open(f'{scratch}/{name}.log', 'wb') as log:
                process = subprocess.Popen(
                    [*command, f'--web.listen-address=127.0.0.1:{port}'], stdout=log,
                    stderr=log, cwd=scratch)
            if answers(process, port):
                break
        else:
            log = open(f'{scratch}/{name}.log', encoding='utf-8').read()
            raise RuntimeError(f'{name} does not answer\n{log[-2000:]}')
        yield port
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def serving(path):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            data = open(path, 'rb').read()
            self.send_response(200)
            self.send_header('Content-Type', CONTENT)
            self.send_header('Content-Length', str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


class Prometheus:
    def __init__(self, port):
        self.port = port

    def api(self, path, **query):
        text = urllib.parse.urlencode(query)
        answer = json.loads(get(self.port, f'/api/v1/{path}' + (f'?{text}' if text else '')))
        if answer['status'] != 'success':
            raise ValueError(answer)
        return answer['data']

    def query(self, expression):
        return self.api('query', query=expression)['result']

    def value(self, expression):
        result = self.query(expression)
        if len(result) != 1:
            raise ValueError(f'{len(result)} results of {expression}')
        return float(result[0]['value'][1])


def configure(scratch, contrib, ports):
    jobs = ''.join(f"""
  - job_name: {job}
    static_configs: [{{targets: ['127.0.0.1:{port}']}}]""" for job, port in ports.items())
    with open(f'{scratch}/prometheus.yml', 'w', encoding='utf-8') as f:
        f.write(f"""global: {{scrape_interval: 2s, scrape_timeout: 2s, evaluation_interval: 2s}}
rule_files: ['{contrib}/prometheus/numalens.rules.yml']
scrape_configs:{jobs}
""")


def check_job(p, job):
    def share():
        value = p.value(f'numalens_process_remote_bytes{{job="{job}",pid="4711"}} / sum without'
                        f' (node) (numalens_process_resident_bytes{{job="{job}"}})')
        return f'{value:.9f}'

    def names():
        return {x['metric']['comm'] for x in
                p.query(f'numalens_process_running{{job="{job}",pid=~"3[01]"}}')}

    def counter():
        return p.value(f'numalens_process_hint_faults_total{{job="{job}",pid="4711",'
                       f'locality="remote"}}')

    def errors():
        return [x['lastError'] for x in p.api('targets')['activeTargets']
                if x['labels']['job'] == job]

    expect(f'prometheus, job {job}: the remote share', share, f'{250032 / 350930:.9f}')
    expect(f'prometheus, job {job}: names that are hard to write down', names,
           {'a"b\\c\nd\\xff', '\u00e9t\u00e9'})
    expect(f'prometheus, job {job}: a counter', counter, 70)
    expect(f'prometheus, job {job}: no error of the scrape', errors, [''])


def check_types(p):
    def kinds():
        names = ('numalens_process_cpu_seconds', 'numalens_process_cpu_seconds_total')
        return {x['type'] for name in names
                for entries in p.api('metadata', metric=name).values() for x in entries}

    expect('prometheus: a counter is one', kinds, {'counter'})


def check_rules(p):
    def health():
        return {r['health'] for g in p.api('rules')['groups'] for r in g['rules']}

    def alerts():
        return {(x['metric']['job'], x['metric']['pid'], x['metric']['alertstate'])
                for x in p.query('ALERTS{alertname="NumalensGuestRemote"}')}

    expect('prometheus: the rules can be evaluated', health, {'ok'})
    expect('prometheus: the alert on the guest waits for its ten minutes', alerts,
           {(job, '4711', 'pending') for job in ('node', 'plain')})


def check_dashboard(p, contrib):
    with open(f'{contrib}/grafana/numalens.json', encoding='utf-8') as f:
        panels = json.load(f)['panels']

    def unknown():
        found = set()
        for panel in panels:
            for target in panel['targets']:
                expression = target['expr'].replace('$instance', '.*')
                p.query(expression.replace('$__rate_interval', '1m'))
                found |= {n for n in re.findall(r'numalens_\w+', expression)
                          if not p.query(f'count({n})')}
        return found if panels else 'no panels'

    # A tree that was captured knows no time.
    expect('grafana: every query of the dashboard is one, of metrics that there are', unknown,
           {'numalens_process_snapshot_timestamp_seconds'})


def check_all(p, node_port, contrib):
    def textfile():
        page = get(node_port, '/metrics')
        return re.findall(r'^(?:node_textfile_scrape_error|numalens_up) .*$', page, re.M)

    expect('node_exporter: reads the file', textfile,
           ['node_textfile_scrape_error 0', 'numalens_up 1'])
    for job in ('node', 'plain'):
        check_job(p, job)
    check_types(p)
    check_rules(p)
    check_dashboard(p, contrib)


def main():
    programs, textfiles, openmetrics, contrib, scratch = map(os.path.abspath, sys.argv[1:])
    with contextlib.ExitStack() as stack:
        plain_port = stack.enter_context(serving(openmetrics))
        node_port = stack.enter_context(running(
            scratch, 'node_exporter', f'{programs}/prometheus-node-exporter',
            '--collector.disable-defaults', '--collector.textfile',
            f'--collector.textfile.directory={textfiles}'))
        configure(scratch, contrib, {'node': node_port, 'plain': plain_port})
        port = stack.enter_context(running(
            scratch, 'prometheus', f'{programs}/prometheus',
            f'--config.file={scratch}/prometheus.yml', f'--storage.tsdb.path={scratch}/tsdb'))
        check_all(Prometheus(port), node_port, contrib)


main()
