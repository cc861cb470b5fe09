"""The two workloads of the course in plain Python, and five ways to run them.

Read it beside the Rust: `src/fib.rs`, `src/breakfast.rs` and `src/models/`.
A job is a name and a number: ["fib", 31] computes, ["toast", 2.0] waits 2 s.
"""

import asyncio
import json
import multiprocessing
import os
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

# What is done. ---------------------------------------------------------------


def fib(n):
    """All CPU, no waiting."""
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


def cook(dish, seconds):
    """All waiting, no CPU."""
    time.sleep(seconds)
    return dish


async def cook_async(dish, seconds):
    """The same, but the thread is free while the dish waits."""
    await asyncio.sleep(seconds)
    return dish


# How the record is taken: the same lines around every job. -------------------


def perform(job):
    """Does a job on the calling thread."""
    name, number = job
    cpu, started = time.thread_time_ns(), time.monotonic_ns()
    result = fib(number) if name == "fib" else cook(name, number)
    finished, cpu = time.monotonic_ns(), time.thread_time_ns() - cpu
    return span(result, started, finished, cpu)


async def perform_async(job):
    """Does a job inside a task: dishes wait without a thread, fib blocks it."""
    name, number = job
    if name == "fib":
        return perform(job)
    started, cooking = time.monotonic_ns(), Held(cook_async(name, number))
    result = await cooking
    return span(result, started, time.monotonic_ns(), cooking.cpu)


def span(result, started, finished, cpu):
    """Where and when a job was done. All times are nanoseconds."""
    ids = {"process": os.getpid(), "thread": threading.get_native_id()}
    times = {"started": started, "finished": finished, "cpu": cpu}
    return {"result": result, **ids, **times}


class Held:
    """Awaits, and adds up the CPU time for which that held the thread."""

    def __init__(self, awaitable):
        self.steps = awaitable.__await__()
        self.cpu = 0

    def __await__(self):
        while True:
            began = time.thread_time_ns()
            try:
                waiting_for = self.steps.send(None)
            except StopIteration as end:
                return end.value
            finally:
                self.cpu += time.thread_time_ns() - began
            yield waiting_for


# Who does it. Each model yields the spans in the order of the jobs. A pool ---
# is shut down after the last span, so its end is no part of the wall time. ---


def serial(jobs, _workers):
    yield from map(perform, jobs)


def processes(jobs, workers):
    # Not multiprocessing.Pool: it waits for ever when a worker is killed.
    with ProcessPoolExecutor(workers, initializer=end_with_parent) as pool:
        yield from pool.map(perform, jobs)


def thread_per_job(jobs, _workers):
    spans = [None] * len(jobs)

    def work(index):
        spans[index] = perform(jobs[index])

    threads = [threading.Thread(target=work, args=[i]) for i in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    yield from spans


def threads(jobs, workers):
    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(perform, jobs)


def tasks(jobs, _workers):
    async def gather():
        return await asyncio.gather(*map(perform_async, jobs))

    yield from asyncio.run(gather())


# How the course asks for it: one line of JSON in, one record out. ------------


def end_with_caller():
    """The caller keeps stdin open as long as it lives, and writes no more."""
    # Not sys.stdin.read(): it would hold a lock that a forked worker needs.
    while os.read(0, 4096):
        pass
    os._exit(1)


def end_with_parent():
    """Lets a pool worker outlive its parent by no more than a moment."""

    def watch():
        multiprocessing.parent_process().join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def main():
    models = [serial, processes, thread_per_job, threads, tasks]
    request = json.loads(sys.stdin.readline())
    threading.Thread(target=end_with_caller, daemon=True).start()
    model = {model.__name__: model for model in models}[request["model"]]
    jobs = request["jobs"]
    began = time.monotonic_ns()
    running = model(jobs, request["workers"])
    spans = [next(running) for _ in jobs]
    ended = time.monotonic_ns()
    running.close()
    json.dump({"began": began, "ended": ended, "spans": spans}, sys.stdout)


if __name__ == "__main__":
    main()
