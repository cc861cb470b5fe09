"""A real JupyterHub with its proxy, and users who do at once what a class does."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
import unittest
from pathlib import Path

from course.hub.classroom import CONFIG, PASSWORD, hub, missing, processes
from course.hub.user import Kernel, User
from course.notebook import files
from course.tests.checkout import ROOT
from course.tests.waiting import wait_for

GROUPS = Path("/sys/fs/cgroup/memory")
LIMIT = 1_500_000_000
# What the shipped configuration leaves to the spawner of a server: here one group for each user.
LIMITED = """
load_subconfig("{config}")
enter = 'g={groups}-$JUPYTERHUB_USER; mkdir $g && echo {limit} >$g/memory.limit_in_bytes'
enter += ' && echo $$ >$g/cgroup.procs && exec "$@"'
if {limited}:
    c.Spawner.cmd = ["sh", "-c", enter, "sh", *c.Spawner.cmd]
c.JupyterHub.last_activity_interval = 2
c.Spawner.environment["JUPYTERHUB_ACTIVITY_INTERVAL"] = "2"
"""


class AClass(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self) -> None:
        if reason := missing():
            self.skipTest(reason)
        asyncio.get_running_loop().slow_callback_duration = 60  # else it tells of each
        temp = tempfile.TemporaryDirectory(prefix="course-hub-")
        self.addCleanup(temp.cleanup)
        self.folder = Path(temp.name)
        self.group = GROUPS / f"course-hub-{os.getpid()}"
        self.limited = os.access(GROUPS / "cgroup.procs", os.W_OK)
        self.config = self.folder / "config.py"
        text = LIMITED.format(
            config=CONFIG, groups=self.group, limit=LIMIT, limited=self.limited
        )
        self.config.write_text(text)
        self.addCleanup(self.remove_groups)

    def remove_groups(self) -> None:
        for group in GROUPS.glob(f"{self.group.name}-*"):
            group.rmdir()  # fails if a process is left in it

    async def test_users_work_at_once_and_the_trouble_of_one_is_not_that_of_others(
        self,
    ) -> None:
        with hub(self.folder, self.config, IDLE="30") as address:
            with self.assertRaises(PermissionError):
                await User(address, "eve").log_in("a guess")
            names = ["ann", "bob", "cid"]
            users = [await User(address, name).log_in(PASSWORD) for name in names]
            await asyncio.gather(*(user.start_server() for user in users))
            kernels = await asyncio.gather(
                *(user.open("my-notebooks/01-introduction.ipynb") for user in users)
            )
            await asyncio.gather(*(self.first_cells(kernel) for kernel in kernels))
            ann, bob, cid = kernels
            await asyncio.gather(
                self.runs_out_of_memory(ann),
                self.loops_for_ever(bob),
                self.goes_on(cid),
            )
            await self.the_idle_one_is_ended(kernels)
        self.nothing_is_left_of("")
        self.assertEqual(list((self.folder / "temp").iterdir()), [])

    def nothing_is_left_of(self, name: str) -> None:
        """A kernel's last processes end seconds after its server."""
        wait_for(
            f"the last process of {name or 'all'}",
            lambda: not processes(self.folder, name),
            patience=30,
            pause=0.2,
            said=lambda: str(processes(self.folder, name)),
        )

    async def first_cells(self, kernel: Kernel) -> None:
        book = files.read(ROOT / "notebooks/01-introduction.ipynb")
        code = [cell.source for cell in book.cells if cell.cell_type == "code"]
        for source in code[:5]:
            self.assertEqual((await kernel.run(source)).error, "", source)

    async def runs_out_of_memory(self, kernel: Kernel) -> None:
        if not self.limited:
            print("left out: a limit of memory, which needs root and control groups")
            return
        ran = await kernel.run("let much = vec![1_u8; 3 << 30]; much.len()")
        self.assertIn(
            "The memory ran out of the 1.4 GiB that you may use here", ran.error
        )
        self.assertEqual((await kernel.run("20 + 2")).text, "22")

    async def loops_for_ever(self, kernel: Kernel) -> None:
        loop = asyncio.create_task(kernel.run("loop { std::hint::spin_loop(); }"))
        await asyncio.sleep(5)
        self.assertFalse(loop.done())
        await kernel.interrupt()
        self.assertIn("interrupted", (await loop).error)

    async def goes_on(self, kernel: Kernel) -> None:
        for number in range(3):
            self.assertEqual(
                (await kernel.run(f"{number} + 40")).text, f"{number + 40}"
            )

    async def the_idle_one_is_ended(self, kernels: list[Kernel]) -> None:
        *busy, idle = kernels
        idle.socket.close()
        until = time.monotonic() + 90
        while await idle.user.has_server(ready=False):
            self.assertLess(time.monotonic(), until, "nobody ended the idle server")
            for kernel in busy:
                await kernel.run("1")
            await asyncio.sleep(2)
        self.nothing_is_left_of(idle.user.name)
        for kernel in busy:
            self.assertTrue(await kernel.user.has_server(ready=True))
