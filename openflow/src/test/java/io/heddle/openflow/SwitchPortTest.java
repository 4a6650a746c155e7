package io.heddle.openflow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.projectfloodlight.openflow.protocol.OFPortConfig;
import org.projectfloodlight.openflow.protocol.OFPortDesc;
import org.projectfloodlight.openflow.protocol.OFPortState;
import org.projectfloodlight.openflow.types.MacAddress;
import org.projectfloodlight.openflow.types.OFPort;

class SwitchPortTest {
    /** Both readers say the same: openflowj's and ours. */
    @ParameterizedTest
    @CsvSource({
        "1, p, 00:00:00:00:00:00, false, false",
        "65279, a-name-of-16-let, fe:ff:ff:ff:ff:ff, false, true",
        "7, vnet7, 52:54:00:12:34:56, true, false",
        "9, a\u001b[31m\u007fb, 00:00:00:00:00:00, false, false",
        "-2, br0, 80:00:00:00:00:01, true, true"
    })
    void readsWhatOpenflowjReads(int number, String name, String mac, boolean shut, boolean unplugged) {
        OFPortDesc desc = SwitchConnection.MESSAGES
                .buildPortDesc()
                .setPortNo(OFPort.of(number))
                .setName(name)
                .setHwAddr(MacAddress.of(mac))
                .setConfig(shut ? Set.of(OFPortConfig.PORT_DOWN, OFPortConfig.NO_FWD) : Set.of(OFPortConfig.NO_RECV))
                .setState(unplugged ? Set.of(OFPortState.LINK_DOWN) : Set.of(OFPortState.LIVE))
                .build();
        ByteBuf bytes = Unpooled.buffer().writeLong(-1);
        desc.writeTo(bytes);
        SwitchPort port = SwitchPort.read(bytes, Long.BYTES);
        assertEquals(SwitchPort.of(desc), port);
        assertEquals(!shut && !unplugged, port.up());
        assertEquals(Long.BYTES + SwitchPort.BYTES, bytes.writerIndex());
    }
}
