package io.heddle.controller.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heddle.config.NetworkFile;
import io.heddle.controller.fleet.Fleet;
import io.heddle.controller.tracing.MarkedFrame;
import io.heddle.controller.tracing.RunningNetwork;
import io.heddle.trace.Exchange;
import io.heddle.trace.KnownHosts;
import io.heddle.trace.Origin;
import io.heddle.trace.Trace;
import io.vertx.ext.web.RoutingContext;

/** Answers {@code POST /api/v1/trace}: traces a frame's path through the running network. */
final class TraceView {
    private final RunningNetwork network;
    private final Fleet fleet;
    private final ObjectMapper json = new ObjectMapper();

    TraceView(Fleet fleet) {
        this.fleet = fleet;
        this.network = new RunningNetwork(fleet);
    }

    JsonNode trace(RoutingContext request) throws BadRequest, InterruptedException {
        JsonNode question;
        try {
            question = json.readTree(request.body().asString());
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new BadRequest(400, "expected {\"from\": \"hv1/vm1\", \"match\": \"icmp,nw_dst=10.0.0.7\"}");
        }
        if (question == null || question.path("from").asText().isEmpty()) {
            throw new BadRequest(400, "from is missing: the port where the frame comes in, such as hv1/vm1");
        }
        NetworkFile.Declared declared = fleet.declared().with(fleet.model());
        KnownHosts known = network.known();
        Origin.Frame frame = Origin.frame(
                declared.model(),
                known,
                question.path("from").asText(),
                question.path("to").asText(),
                question.path("match").asText());
        Exchange exchange = Exchange.of(declared, network.stations(), known, frame);
        Trace trace = exchange.trace();
        ObjectNode answer = json.valueToTree(trace);
        if (question.path("reply").asBoolean()) {
            answer.set("reply", json.valueToTree(exchange.reply()));
        }
        if (question.path("real").asBoolean()) {
            Access.requireOperator(request, "a real frame");
            answer.set("real", json.valueToTree(new MarkedFrame(fleet).send(frame, trace)));
        }
        return answer;
    }
}
