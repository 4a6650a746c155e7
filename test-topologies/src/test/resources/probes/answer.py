"""Answers one byte of TCP or UDP on some ports of some addresses, and packets of some other protocols.

answer.py ADDRESS,... TCP-PORT,... UDP-PORT,... PROTOCOL,...   prints a line when it listens
"""

import selectors
import socket
import sys

addresses = sys.argv[1].split(",")
tcp, udp, others = ([int(n) for n in a.split(",")] for a in sys.argv[2:5])
wait = selectors.DefaultSelector()


def family(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


for a in addresses:
    for port in tcp:
        s = socket.socket(family(a), socket.SOCK_STREAM)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind((a, port))
        s.listen(500)
        wait.register(s, selectors.EVENT_READ, "listen")
    for port in udp:
        s = socket.socket(family(a), socket.SOCK_DGRAM)
        s.bind((a, port))
        wait.register(s, selectors.EVENT_READ, "datagram")
    for number in others if family(a) == socket.AF_INET else []:
        s = socket.socket(socket.AF_INET, socket.SOCK_RAW, number)
        s.bind((a, 0))
        wait.register(s, selectors.EVENT_READ, "raw")
print("listening", flush=True)
while True:
    for key, _ in wait.select():
        s = key.fileobj
        try:
            if key.data == "listen":
                wait.register(s.accept()[0], selectors.EVENT_READ, "connection")
            elif key.data == "connection":
                data = s.recv(1)
                if data:
                    s.send(data)
                else:
                    wait.unregister(s)
                    s.close()
            else:
                data, sender = s.recvfrom(2000)
                if key.data == "datagram" or data.endswith(b"ask"):
                    s.sendto(b"x", sender)
        except OSError:
            if key.data == "connection":
                wait.unregister(s)
                s.close()
