"""Slurm as a contestant: its controller, and one node of six processors, as Debian's build allows only one
daemon on a machine. Needs to be root. Slurm has processes and no functions.
"""
import os
import subprocess
import sys
import time

import turns

SLOTS = 6
START_SECONDS = 60

CONFIGURATION = """\
ClusterName=benchmark
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={daemon_port}
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
AuthType=auth/munge
AuthInfo=socket={room}/munge.socket
CredType=cred/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation={room}/state
SlurmdSpoolDir={room}/spool
SlurmctldPidFile={room}/slurmctld.pid
SlurmdPidFile={room}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SchedulerType=sched/builtin
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
SlurmdParameters=config_overrides
NodeName=localhost NodeAddr=127.0.0.1 CPUs={slots} State=UNKNOWN
PartitionName=all Nodes=localhost Default=YES MaxTime=INFINITE State=UP
"""


class Slurm:
    def __init__(self, room, servers):
        for directory in "state", "spool":
            os.makedirs(os.path.join(room, directory), exist_ok=True)
        configuration = os.path.join(room, "slurm.conf")
        with open(configuration, "w") as file:
            file.write(CONFIGURATION.format(
                host=os.uname().nodename, room=room, slots=SLOTS,
                controller_port=turns.free_port(), daemon_port=turns.free_port()))
        key = os.path.join(room, "munge.key")
        with open(os.open(key, os.O_CREAT | os.O_WRONLY, 0o400), "wb") as file:
            file.write(os.urandom(1024))
        os.environ["SLURM_CONF"] = configuration
        servers.append(turns.start(
            room, "munged", "munged", "--foreground", "--force", "--key-file", key,
            *(f"--{what}={room}/munge.{end}" for what, end in
              (("socket", "socket"), ("pid-file", "pid"), ("log-file", "own-log"), ("seed-file", "seed")))))
        wait("munge", lambda: os.path.exists(os.path.join(room, "munge.socket")))
        servers.append(turns.start(room, "slurmctld", "slurmctld", "-D", "-c"))
        servers.append(turns.start(room, "slurmd", "slurmd", "-D", "-c", "-N", "localhost"))
        wait("an idle node", lambda: b"idle" in subprocess.run(
            ["sinfo", "-h", "-o", "%T"], capture_output=True, check=False).stdout)
        version = subprocess.run(["srun", "-V"], capture_output=True, check=True, text=True).stdout.split()[-1]
        self.about = (f"Slurm {version}: steps of one allocation, `xargs -P{SLOTS} srun`; one daemon of {SLOTS} slots;"
                      " the controller writes its state to disk now and then")

    def processes(self, count):
        run("salloc", "--quiet", "-n", str(SLOTS), "sh", "-c",
            f"seq {count} | xargs -P{SLOTS} -n1 srun --quiet --exact -n1 -c1 /bin/true")

    def command(self):
        run("srun", "--quiet", "-n1", "/bin/true")


def run(*command):
    subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)


def wait(what, reached):
    end = time.monotonic() + START_SECONDS
    while not reached():
        if time.monotonic() > end:
            raise TimeoutError("no " + what)
        time.sleep(0.05)


if __name__ == "__main__":
    turns.serve(Slurm)
