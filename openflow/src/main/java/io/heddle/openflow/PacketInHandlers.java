package io.heddle.openflow;

import io.heddle.flows.pipeline.Cookies;
import java.util.Arrays;

/**
 * Who handles which packet-ins. The cookie of the entry that sent a packet-in tells what it is for: a sample of what
 * the entry drops, or the purpose of the app that made the entry. Immutable.
 */
public final class PacketInHandlers {
    /** Packet-ins of apps without a handler: their entries are about to be removed. */
    private static final PacketInHandler NOBODY = (connection, packet) -> {};

    private final PacketInHandler[] byApp;
    private final PacketInHandler dropped;
    private final PacketInHandler rejected;
    private final PacketInHandler log;
    private final PacketInHandler others;

    private PacketInHandlers(
            PacketInHandler[] byApp, PacketInHandler dropped, PacketInHandler log, PacketInHandler others) {
        this.byApp = byApp;
        this.dropped = dropped;
        this.rejected = new Refusals(dropped, System.nanoTime());
        this.log = log;
        this.others = others;
    }

    /** @param dropped takes the samples of dropped frames */
    public static PacketInHandlers of(PacketInHandler dropped) {
        return new PacketInHandlers(new PacketInHandler[0], dropped, NOBODY, NOBODY);
    }

    /** These, and one for the packet-ins of an app. @param app the app's number in cookies, 0 to 63 */
    public PacketInHandlers with(int app, PacketInHandler handler) {
        PacketInHandler[] more = Arrays.copyOf(byApp, Math.max(byApp.length, app + 1));
        for (int i = byApp.length; i < app; i++) {
            more[i] = NOBODY;
        }
        more[app] = handler;
        return new PacketInHandlers(more, dropped, log, others);
    }

    /** These, and one that sees the packet-ins of an app before the app's own handler does. */
    PacketInHandlers before(int app, PacketInHandler first) {
        PacketInHandler then = byApp(app);
        return with(app, (connection, packet) -> {
            first.handle(connection, packet);
            then.handle(connection, packet);
        });
    }

    /** These, and one for frames that access lists log. */
    public PacketInHandlers withLog(PacketInHandler handler) {
        return new PacketInHandlers(byApp, dropped, handler, others);
    }

    /** These, but samples and logs at no more than a rate each: a switch could make them up without its meter. */
    PacketInHandlers limited(Rate samples, Rate logs) {
        return new PacketInHandlers(byApp, limited(dropped, samples), limited(log, logs), others);
    }

    private static PacketInHandler limited(PacketInHandler handler, Rate rate) {
        return (connection, packet) -> {
            if (rate.tryTake(System.nanoTime())) {
                handler.handle(connection, packet);
            }
        };
    }

    /** These, and one for packet-ins that no entry of Heddle's has sent. */
    public PacketInHandlers withOthers(PacketInHandler handler) {
        return new PacketInHandlers(byApp, dropped, log, handler);
    }

    /** The handler for packet-ins of entries with this cookie. */
    PacketInHandler of(long cookie) {
        PacketInHandler own = byCookie(cookie);
        return Cookies.isLog(cookie)
                ? (connection, packet) -> {
                    log.handle(connection, packet);
                    own.handle(connection, packet);
                }
                : own;
    }

    private PacketInHandler byCookie(long cookie) {
        if (!Cookies.isOurs(cookie)) {
            return others;
        }
        if (Cookies.isDrop(cookie)) {
            return Cookies.isReject(cookie) ? rejected : dropped;
        }
        return byApp(Cookies.app(cookie));
    }

    private PacketInHandler byApp(int app) {
        return app < byApp.length ? byApp[app] : NOBODY;
    }
}
