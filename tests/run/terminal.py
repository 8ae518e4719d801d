#!/usr/bin/env python3
"""regime status --watch in a real terminal: terminal.py REGIME FILE end|interrupt|suspend|terminate.

FILE is that of a run that is live; with `end` it ends meanwhile.
"""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

ENTER, LEAVE = b"\033[?1049h\033[?25l", b"\033[?25h\033[?1049l"


class Terminal:
    def __init__(self, words, lines, columns):
        self.said = b""
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            time.sleep(0.2)  # the size is set by then
            os.environ["TERM"] = "xterm"
            os.execv(words[0], words)
        self.resize(lines, columns)

    def resize(self, lines, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def read(self, seconds):
        """What is said in this time, or until the other end is closed."""
        end, said = time.monotonic() + seconds, b""
        while time.monotonic() < end:
            if not select.select([self.master], [], [], 0.1)[0]:
                continue
            try:
                said += os.read(self.master, 1 << 16)
            except OSError:
                break
        self.said += said
        return said

    def type(self, keys):
        os.write(self.master, keys)


def frames(said):
    """Lines of each drawing."""
    drawn = re.findall(rb"\033\[H(.*?)\033\[J", said, re.S)
    return [re.sub(rb"\033\[K", b"", frame).decode().replace("\r", "").split("\n") for frame in drawn]


def check(condition, what, terminal):
    if not condition:
        sys.exit(f"FAILED: {what}:\n{terminal.said[-3000:]!r}")


def watch_and_resize(terminal):
    wide = frames(terminal.read(3))
    check(wide, "nothing is drawn", terminal)
    check(terminal.said.startswith(ENTER), "the terminal is not taken first", terminal)
    check(any("running on" in line for line in wide[-1]), "no state", terminal)
    check(any(re.search(r"over fraction, 0.5 to 1", line) for line in wide[-1]), "no map", terminal)
    check(max(map(len, wide[-1])) > 40, "the lines would fit anyway", terminal)
    terminal.resize(9, 40)
    before = time.monotonic()
    narrow = frames(terminal.read(2))
    check(narrow, f"not drawn anew after a resize in {time.monotonic() - before:.1f} s", terminal)
    check(max(map(len, narrow[-1])) <= 40 and len(narrow[-1]) <= 9, "wider than the terminal", terminal)
    terminal.resize(16, 60)
    small = frames(terminal.read(2))[-1]
    check(15 <= len(small) <= 16 and small[-1].startswith("  at "), "a map that leaves room, or takes too much", terminal)
    terminal.resize(40, 100)


def main():
    regime, file, how = sys.argv[1:]
    terminal = Terminal([regime, "status", "--watch", file, "--interval", "0.5s"], 40, 100)
    before = termios.tcgetattr(terminal.master)
    watch_and_resize(terminal)
    if how == "suspend":
        terminal.type(b"\x1a")
        terminal.read(1)
        check(terminal.said.endswith(LEAVE), "suspended without giving the terminal back", terminal)
        check(os.WIFSTOPPED(os.waitpid(terminal.pid, os.WUNTRACED)[1]), "not suspended", terminal)
        os.kill(terminal.pid, signal.SIGCONT)
        check(terminal.read(2).startswith(ENTER), "does not go on", terminal)
    if how == "terminate":
        os.kill(terminal.pid, signal.SIGTERM)
    elif how != "end":
        terminal.type(b"\x03")
    terminal.read(60 if how == "end" else 3)
    _, status = os.waitpid(terminal.pid, 0)
    check(terminal.said.count(ENTER) == terminal.said.count(LEAVE), "the terminal is not given back", terminal)
    if how == "end":
        last = terminal.said.rsplit(LEAVE, 1)[1]
        check(os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0, f"status {status}", terminal)
        check(b": complete" in last or b": stopped" in last, "the last state does not stay", terminal)
        check(b"\033" not in last, "escape codes after the end", terminal)
    else:
        number = signal.SIGTERM if how == "terminate" else signal.SIGINT
        check(os.WIFSIGNALED(status) and os.WTERMSIG(status) == number, f"status {status}", terminal)
        check(terminal.said.rsplit(LEAVE, 1)[1].strip(b"^C\r\n") == b"", "words after the end", terminal)
    check(termios.tcgetattr(terminal.master) == before, "other settings of the terminal", terminal)


main()
