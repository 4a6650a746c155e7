#!/bin/sh
# As tutorials type it.
iptables -F
iptables -P INPUT DROP
iptables -A INPUT -m state --state ESTABLISHED,RELATED -j ACCEPT
iptables -A INPUT -p tcp --dport ssh -j ACCEPT
iptables -I INPUT 1 -s 192.0.2.66 -j DROP
iptables -t nat -A POSTROUTING -s 10.10.10.0/24 -o eno1 -j MASQUERADE
iptables -A INPUT -s 0/0 -p icmp -j ACCEPT
