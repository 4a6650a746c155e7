"""Prints the events that a client sees, until it has seen the one whose kind and subject it is given."""
import sys

from heddle import Client

for event in Client().events(since=int(sys.argv[3])):
    print(event["id"], event["kind"], event["subject"], flush=True)
    if [event["kind"], event["subject"]] == sys.argv[1:3]:
        break
