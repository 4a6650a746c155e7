"""Tries whether answers come. Reads lines PROTOCOL SOURCE PORT DESTINATION PORT, and prints each with what came of it:
passes, refused or silent.

PROTOCOL is tcp, udp, ping or a number.
"""

import concurrent.futures
import os
import socket
import struct
import sys
import time

SECONDS = 1.6
ids = {}


def checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF


def ping(six, source, to, number):
    kind = 128 if six else 8
    head = struct.pack("!BBHHH", kind, 0, 0, number, 1)
    head = struct.pack("!BBHHH", kind, 0, 0 if six else checksum(head), number, 1)
    s = socket.socket(
        socket.AF_INET6 if six else socket.AF_INET,
        socket.SOCK_RAW,
        socket.IPPROTO_ICMPV6 if six else socket.IPPROTO_ICMP,
    )
    s.bind((source, 0))
    for _ in range(3):
        s.sendto(head, (to, 0))
        end = time.monotonic() + SECONDS / 3
        while time.monotonic() < end:
            s.settimeout(max(0.01, end - time.monotonic()))
            try:
                data, sender = s.recvfrom(2000)
            except TimeoutError:
                break
            data = data if six else data[20:]
            answer = 129 if six else 0
            if sender[0] == to and data[0] == answer and struct.unpack("!H", data[4:6])[0] == number:
                return "passes"
    return "silent"


def other(source, to, number):
    s = socket.socket(socket.AF_INET, socket.SOCK_RAW, number)
    s.bind((source, 0))
    s.connect((to, 0))
    return repeat(s, b"please ask")


def tcp(s):
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    s.send(b"x")
    return "passes" if s.recv(1) else "silent"


def udp(s):
    return repeat(s, b"x")


def repeat(s, question):
    s.settimeout(SECONDS / 3)
    for _ in range(3):
        s.send(question)
        try:
            return "passes" if s.recv(2000) else "silent"
        except TimeoutError:
            pass
    return "silent"


def ask(line):
    protocol, source, sport, to, dport = line.split()
    six = ":" in source
    try:
        if protocol == "ping":
            return ping(six, source, to, ids[line])
        if protocol not in ("tcp", "udp"):
            return other(source, to, int(protocol))
        kind = socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM
        with socket.socket(socket.AF_INET6 if six else socket.AF_INET, kind) as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            s.settimeout(SECONDS)
            s.bind((source, int(sport)))
            s.connect((to, int(dport)))
            return tcp(s) if protocol == "tcp" else udp(s)
    except ConnectionRefusedError:
        return "refused"
    except TimeoutError:
        return "silent"
    except OSError as e:
        return os.strerror(e.errno)


lines = sys.stdin.read().splitlines()
for n, text in enumerate(lines):
    ids[text] = n + 1
with concurrent.futures.ThreadPoolExecutor(100) as pool:
    for text, result in zip(lines, pool.map(ask, lines)):
        print(text, result)
