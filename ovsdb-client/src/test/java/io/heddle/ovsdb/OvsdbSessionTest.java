package io.heddle.ovsdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.opendaylight.ovsdb.lib.jsonrpc.JsonRpcEndpoint;

class OvsdbSessionTest {
    private final List<String> heard = new ArrayList<>();
    private RuntimeException fault;
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final OvsdbSession session;

    OvsdbSessionTest() {
        JsonRpcEndpoint rpc = new JsonRpcEndpoint(channel);
        session = new OvsdbSession(channel, rpc, new OvsdbSession.Listener() {
            @Override
            public void ready(OvsdbSession ready) {
                if (fault != null) {
                    throw fault;
                }
                heard.add("ready");
            }

            @Override
            public void changed(OvsdbSession changed) {
                heard.add("changed");
            }

            @Override
            public void closed(OvsdbSession closed, String why) {
                heard.add("closed: " + why);
            }
        });
        channel.pipeline().addLast(new Messages(session), rpc, new ChannelInboundHandlerAdapter() {
            @Override
            public void channelInactive(ChannelHandlerContext ctx) {
                session.ended();
            }
        });
        session.start();
    }

    /** Replies that the database has limits of zones, and to the request to monitor it. */
    private void read(String database) throws IOException {
        answer("[{'rows':[]}]");
        answer(database);
    }

    /** Replies to the last request. @return the request */
    private JsonNode answer(String result) throws IOException {
        channel.runPendingTasks();
        ByteBuf sent = channel.readOutbound();
        JsonNode question = new ObjectMapper().readTree(sent.toString(StandardCharsets.UTF_8));
        sent.release();
        String answer =
                "{\"id\":" + question.get("id") + ",\"error\":null,\"result\":" + result.replace('\'', '"') + "}";
        channel.writeInbound(Unpooled.wrappedBuffer(answer.getBytes(StandardCharsets.UTF_8)));
        channel.runPendingTasks();
        return question;
    }

    @Test
    void aSessionIsReadyOnceTheDatabaseWasRead() throws IOException {
        read("{'Open_vSwitch':{'root':{'new':{'next_cfg':1}}}}");
        assertEquals(List.of("ready"), heard);
        assertTrue(session.isReady());
        assertEquals(
                1L, session.database().root().orElseThrow().number("next_cfg").orElseThrow());
    }

    /** A database that lacks a monitored column would refuse the request as a whole. */
    @Test
    void limitsOfZonesAreReadWhereTheDatabaseHasThem() throws IOException {
        answer("[{'rows':[]}]");
        assertTrue(answer("{'Open_vSwitch':{'root':{'new':{'datapaths':['map',[]]}}}}")
                .toString()
                .contains("\"CT_Zone\":{\"columns\":[\"limit\","));
        assertTrue(session.database().limitsZones());
    }

    @Test
    void aDatabaseWithoutLimitsOfZonesIsReadAsWell() throws IOException {
        answer("[{'error':'syntax error','details':'limit is not a valid column name'}]");
        String request =
                answer("{'Open_vSwitch':{'root':{'new':{'next_cfg':1}}}}").toString();
        assertTrue(request.contains("\"monitor\"") && !request.contains("CT_Zone") && !request.contains("datapaths"));
        assertTrue(session.isReady());
        assertFalse(session.database().limitsZones());
    }

    /** The reply has a map without pairs. */
    @Test
    void anAnswerThatCannotBeReadEndsTheSession() throws IOException {
        read("{'Open_vSwitch':{'root':{'new':{'external_ids':['map',[[]]]}}}}");
        assertEquals(1, heard.size(), heard.toString());
        assertTrue(heard.get(0).startsWith("closed: "), heard.toString());
        assertFalse(session.isReady());
    }

    @Test
    void aFaultOfAListenerEndsTheSessionWithItsReason() throws IOException {
        fault = new IllegalStateException("out of luck");
        read("{'Open_vSwitch':{}}");
        assertEquals(List.of("closed: out of luck"), heard);
    }

    @Test
    void aFaultInTheAnswerToATransactionEndsTheSession() throws IOException {
        read("{'Open_vSwitch':{'root':{'new':{'next_cfg':1}}}}");
        session.transact(List.of(), (results, error) -> {
            throw new IllegalStateException("out of luck");
        });
        answer("[]");
        assertEquals(List.of("ready", "closed: out of luck"), heard);
    }
}
