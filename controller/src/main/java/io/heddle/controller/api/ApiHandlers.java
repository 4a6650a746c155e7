package io.heddle.controller.api;

import io.heddle.check.Checker;
import io.heddle.config.NetworkFile;
import io.heddle.controller.metrics.Metrics;
import io.heddle.controller.services.Services;
import io.heddle.flows.model.Host;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The handlers of all operations of {@link Contract}, by operation name. */
final class ApiHandlers {
    private static final List<String> PIECES =
            List.of("Network", "Host", "Bridge", "Port", "Bond", "Acl", "AclRule", "Section");

    private final Services services;
    private final Views views;
    private final PortViews ports;
    private final NetworkViews networks;
    private final TunnelViews tunnels;
    private final FlowViews flows;
    private final ChangeRequests changes;
    private final Map<String, Handler> handlers = new HashMap<>();

    /** Answers an operation. */
    sealed interface Handler permits Question, Stream {}

    /**
     * Answers with a {@link Reply}, a text, a list of rows, another value that Jackson can write, or a
     * {@code CompletionStage} of one of them. May wait for hosts and switches.
     */
    non-sealed interface Question extends Handler {
        Object ask(RoutingContext request, Contract.Operation operation) throws Exception;
    }

    /** Answers with a stream; on the event loop. */
    non-sealed interface Stream extends Handler {
        /**
         * Begins to answer.
         *
         * @throws IllegalArgumentException if the request is wrong; its message says why
         */
        void begin(RoutingContext request);
    }

    ApiHandlers(Services services, Vertx vertx, Contract contract, Access access) {
        this.services = services;
        this.views = new Views(services);
        this.ports = new PortViews(services, views);
        this.networks = new NetworkViews(services);
        this.tunnels = new TunnelViews(services);
        this.flows = new FlowViews(services);
        this.changes = new ChangeRequests(services);
        state();
        pieces(new Pieces(services, changes));
        network();
        CaptureStream captures = new CaptureStream(vertx, services);
        handlers.put("capture", (Stream) captures::answer);
        EventStream events = new EventStream(vertx, services.journal());
        ask("listEvents", (r, o) -> events.list(r));
        handlers.put("followEvents", (Stream) events::answer);
        Loggers loggers = new Loggers();
        ask("listLoggers", (r, o) -> loggers.all());
        ask("putLogger", (r, o) -> loggers.put(r));
        ask("whoAmI", (r, o) -> access.me(r));
        ask("signIn", (r, o) -> access.signIn(r));
        ask("signOut", (r, o) -> access.signOut(r));
        ask("listTokens", (r, o) -> access.list());
        ask("createToken", (r, o) -> access.create(r));
        ask("deleteToken", (r, o) -> access.delete(r));
        Health health = new Health(services);
        ask("live", (r, o) -> health.live());
        ask("ready", (r, o) -> health.ready());
        Metrics metrics = new Metrics(services);
        ask("metrics", (r, o) -> metrics.text());
        String description = contract.yaml();
        ask("openapi", (r, o) -> description);
    }

    Map<String, Handler> all() {
        return handlers;
    }

    private void ask(String operation, Question question) {
        handlers.put(operation, question);
    }

    private void state() {
        ask("status", (r, o) -> views.status());
        ask("listNetworks", (r, o) -> networks.networks());
        RouterViews routers = new RouterViews(services);
        ask("listRouters", (r, o) -> routers.routers());
        ask("listControllers", (r, o) -> new ControllerViews(services).controllers());
        ask("listHosts", (r, o) -> views.hosts());
        ask("listBridges", (r, o) -> views.bridges());
        ask("listPorts", (r, o) -> ports.ports(hosts(r)));
        ask("listSwitches", (r, o) -> views.switches());
        ask("listMacs", (r, o) -> networks.macs());
        LeaseViews leases = new LeaseViews(services);
        ask("listLeases", (r, o) -> leases.leases());
        ask("listServices", (r, o) -> new ServiceViews(services).services());
        AddressViews addresses = new AddressViews(services);
        ask("listAddresses", (r, o) -> addresses.addresses());
        ask("reserveAddress", (r, o) -> addresses.reserve(r));
        ask("freeAddress", (r, o) -> addresses.free(r));
        ask("listTunnels", (r, o) -> tunnels.tunnels(hosts(r)));
        ask("listBonds", (r, o) -> ports.bonds());
        ask("listFlows", (r, o) -> flows.flows());
        ask("listMeters", (r, o) -> flows.meters());
        ask("listGroups", (r, o) -> flows.groups());
        ask("listDrops", (r, o) -> flows.drops());
        ask("listLog", (r, o) -> flows.log());
        ask("listAcls", (r, o) -> flows.acls());
        ask("dropHistory", (r, o) -> flows.dropHistory());
        ask("networkMembers", (r, o) -> networks.members(r.pathParam("network"), flows::reached));
        ask("networkState", (r, o) -> one(networks.networks(), Map.of("name", r.pathParam("network"))));
        ask("hostState", (r, o) -> one(views.hosts(), Map.of("name", r.pathParam("host"))));
        ask(
                "bridgeState",
                (r, o) -> one(views.bridges(), Map.of("host", r.pathParam("host"), "name", r.pathParam("bridge"))));
        ask("portState", (r, o) -> ports.port(r.pathParam("host"), r.pathParam("bridge"), r.pathParam("port")));
    }

    /** The hosts of a list: filtering them early avoids reading the others. */
    private static Predicate<Host> hosts(RoutingContext request) {
        String host = request.request().getParam("host");
        return h -> host == null || h.name().equals(host);
    }

    private static Object one(List<Map<String, Object>> rows, Map<String, String> keys) throws BadRequest {
        return rows.stream()
                .filter(row ->
                        keys.entrySet().stream().allMatch(k -> k.getValue().equals(row.get(k.getKey()))))
                .findFirst()
                .orElseThrow(() -> new BadRequest(404, "there is no " + String.join(" ", keys.values())));
    }

    private void pieces(Pieces pieces) {
        for (String piece : PIECES) {
            ask("get" + piece, pieces::get);
            ask("put" + piece, pieces::put);
            ask("patch" + piece, pieces::patch);
            ask("delete" + piece, pieces::delete);
        }
    }

    private void network() {
        ask("getFiles", (r, o) -> changes.network());
        ask("putFiles", (r, o) -> changes.apply(r));
        ask("plan", (r, o) -> changes.plan(r));
        ask("listVersions", (r, o) -> changes.history());
        ask("getVersion", (r, o) -> changes.show(r));
        ask("versionState", (r, o) -> changes.state(r));
        ask("diff", (r, o) -> changes.diff(r));
        ask("rollback", (r, o) -> changes.rollback(r));
        ask("confirmVersion", (r, o) -> changes.confirm(r));
        ask("check", (r, o) -> check(services.fleet().declared()));
        ask("checkFiles", (r, o) -> check(NetworkFile.read(changes.files(r))));
        TraceView traces = new TraceView(services.fleet());
        ask("trace", (r, o) -> traces.trace(r));
    }

    private static Map<String, Object> check(NetworkFile.Declared declared) {
        return Checker.check(declared).answer(declared.places());
    }
}
