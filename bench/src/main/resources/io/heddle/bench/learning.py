"""A learning switch on os-ken, the successor of Ryu. It reads only the two MACs of a packet-in."""
from os_ken.base import app_manager
from os_ken.controller import ofp_event
from os_ken.controller.handler import MAIN_DISPATCHER, set_ev_cls
from os_ken.ofproto import ofproto_v1_3


class Learning(app_manager.OSKenApp):
    OFP_VERSIONS = [ofproto_v1_3.OFP_VERSION]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.places = {}

    @set_ev_cls(ofp_event.EventOFPPacketIn, MAIN_DISPATCHER)
    def packet_in(self, event):
        message, switch = event.msg, event.msg.datapath
        protocol, parser = switch.ofproto, switch.ofproto_parser
        port = message.match['in_port']
        destination, source = message.data[0:6], message.data[6:12]
        self.places[switch.id, source] = port
        out = self.places.get((switch.id, destination), protocol.OFPP_FLOOD)
        actions = [parser.OFPActionOutput(out)]
        if out != protocol.OFPP_FLOOD:
            switch.send_msg(parser.OFPFlowMod(
                datapath=switch, priority=1,
                match=parser.OFPMatch(in_port=port, eth_dst=destination.hex(':'), eth_src=source.hex(':')),
                instructions=[parser.OFPInstructionActions(protocol.OFPIT_APPLY_ACTIONS, actions)]))
        switch.send_msg(parser.OFPPacketOut(
            datapath=switch, buffer_id=protocol.OFP_NO_BUFFER, in_port=port, actions=actions, data=message.data))
