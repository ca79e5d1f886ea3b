# SPDX-License-Identifier: GPL-2.0-or-later
"""Guest workload for python: processes, threads, subprocesses, text."""

import collections
import concurrent.futures
import hashlib
import json
import mmap
import multiprocessing
import os
import random
import re
import signal
import socket
import struct
import subprocess
import sys
import threading
import time


def section(name):
    print("==", name, flush=True)


def primes(limit):
    sieve = bytearray([1]) * limit
    for i in range(2, int(limit ** 0.5) + 1):
        if sieve[i]:
            sieve[i * i::i] = bytes(len(sieve[i * i::i]))
    return sum(sieve[2:])


def work(number):
    digest = hashlib.sha256()
    for i in range(50):
        digest.update(struct.pack("<QI", number * i, i))
    return number, digest.hexdigest()[:16]


def worker(name, tasks, results):
    while True:
        task = tasks.get()
        if task is None:
            results.put((name, None))
            return
        results.put((name, (task, task ** 3 % 1009)))


def text():
    section("text")
    rng = random.Random(7)
    records = [{"id": i, "name": "item%d" % rng.randrange(1000),
                "values": [rng.random() for _ in range(3)],
                "nested": {"even": i % 2 == 0}} for i in range(200)]
    encoded = json.dumps(records, sort_keys=True)
    assert json.loads(encoded) == records
    print(len(encoded), hashlib.md5(encoded.encode()).hexdigest())
    names = re.findall(r'"name": "item(\d)(\d*)"', encoded)
    print(collections.Counter(n for n, _ in names).most_common(4))
    print(re.sub(r"(\w+) (\w+)", r"\2 \1", "world hello, there you"))
    print(primes(20000), sum(i * i for i in range(10000)), 3 ** 200 % 10007)


def forks():
    section("fork")
    shared = mmap.mmap(-1, 4096)
    private = bytearray(64)
    for i in range(20):
        pid = os.fork()
        if pid == 0:
            private[i] = 255
            shared[i] = primes(100 + 10 * i) & 255
            # Code that only this process has compiled.
            exec("value = [%d * x for x in range(10)]" % i, globals())
            os._exit(sum(globals()["value"]) % 7)
        status = os.waitpid(pid, 0)[1]
        if i % 5 == 0:
            print(i, os.WEXITSTATUS(status), shared[i])
    print(any(private), hashlib.md5(shared[:]).hexdigest())
    stop = threading.Event()
    spun = [0]

    def spin():
        while not stop.is_set():
            spun[0] += 1

    thread = threading.Thread(target=spin)
    thread.start()
    codes = []
    for i in range(10):
        pid = os.fork()
        if pid == 0:
            os._exit(primes(500 + i) % 50)
        codes.append(os.WEXITSTATUS(os.waitpid(pid, 0)[1]))
    stop.set()
    thread.join()
    print(codes, spun[0] > 0)


def processes():
    section("multiprocessing")
    multiprocessing.set_start_method("fork")
    with multiprocessing.Pool(3) as pool:
        for number, digest in pool.map(work, range(0, 30, 5)):
            print(number, digest)
    tasks = multiprocessing.Queue()
    results = multiprocessing.Queue()
    crew = [multiprocessing.Process(target=worker, args=(n, tasks, results))
            for n in range(3)]
    for process in crew:
        process.start()
    for task in range(30):
        tasks.put(task)
    for _ in crew:
        tasks.put(None)
    answers, ended = [], 0
    while ended < len(crew):
        _, answer = results.get()
        if answer is None:
            ended += 1
        else:
            answers.append(answer)
    for process in crew:
        process.join()
    print(sorted(answers)[:5], len(answers),
          [process.exitcode for process in crew])
    counter = multiprocessing.Value("i", 0)

    def add():
        for _ in range(50):
            with counter.get_lock():
                counter.value += 1

    crew = [multiprocessing.Process(target=add) for _ in range(3)]
    for process in crew:
        process.start()
    for process in crew:
        process.join()
    print("counted", counter.value)


def thread_pool():
    section("threads")
    lock = threading.Lock()
    total = [0]

    def add(n):
        for i in range(200):
            with lock:
                total[0] += n * i % 11
        return n

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        print(sorted(pool.map(add, range(8))), total[0])
    local = threading.local()
    seen = []

    def keep(n):
        local.value = n
        time.sleep(0.01)
        seen.append(local.value == n)

    threads = [threading.Thread(target=keep, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(len(seen), all(seen))


def programs():
    section("subprocess")
    print(subprocess.run(["tr", "a-z", "A-Z"], input="through a pipe",
                         capture_output=True, text=True).stdout)
    first = subprocess.Popen(["sort", "-n"], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, text=True)
    second = subprocess.Popen(["uniq", "-c"], stdin=first.stdout,
                              stdout=subprocess.PIPE, text=True)
    first.stdin.write("3\n1\n3\n2\n1\n")
    first.stdin.close()
    print(second.communicate()[0].split(), first.wait())
    print(subprocess.call(["false"]), subprocess.call(["true"]))
    sleeper = subprocess.Popen(["sleep", "60"])
    sleeper.terminate()
    print("terminated:", sleeper.wait())
    pid = os.posix_spawn(os.environ["WORKLOAD_BIN"] + "/true", ["true"],
                         os.environ)
    print("spawned:", os.waitpid(pid, 0)[1])
    try:
        subprocess.run(["no-such-program"])
    except FileNotFoundError as error:
        print("missing:", error.strerror)


def signals():
    section("signals and sockets")
    hits = []
    signal.signal(signal.SIGUSR1, lambda number, frame: hits.append(number))
    for _ in range(3):
        os.kill(os.getpid(), signal.SIGUSR1)
    print(len(hits))
    signal.signal(signal.SIGALRM, lambda number, frame: hits.append(number))
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    while len(hits) < 4:
        pass
    print("timer")
    server = socket.create_server(("127.0.0.1", 0))
    address = server.getsockname()
    pid = os.fork()
    if pid == 0:
        with socket.create_connection(address) as client:
            client.sendall(b"ping " * 10)
            client.shutdown(socket.SHUT_WR)
            data = b""
            while chunk := client.recv(64):
                data += chunk
        os._exit(0 if data == b"PING " * 10 else 1)
    connection, _ = server.accept()
    data = b""
    while chunk := connection.recv(64):
        data += chunk
    connection.sendall(data.upper())
    connection.close()
    print("client:", os.waitpid(pid, 0)[1])


def main():
    sys.setswitchinterval(0.001)
    text()
    forks()
    processes()
    thread_pool()
    programs()
    signals()


main()
