package io.heddle.apps.router;

import io.heddle.apps.SwitchView;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Router;
import io.heddle.flows.pipeline.Metadata;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import java.util.List;

/**
 * The outside addresses of guests of this host, which it translates itself: their packets need no other host, and they
 * outlive the way out. See {@link NetworkModel#home}.
 */
final class Floatings {
    /** Before the choice of the host with the way out, see {@link Routes}. */
    private static final int SOURCE = 550;

    private static final int TOO_LONG = 560;

    private final SwitchView view;
    private final Router router;
    private final Translations translations;
    private final long own;

    /** @param own the MAC from which the routers of the switch send */
    Floatings(SwitchView view, Router router, Translations translations, long own) {
        this.view = view;
        this.router = router;
        this.translations = translations;
        this.own = own;
    }

    void contribute() {
        RoutersHere.floatings(view, router).forEach(this::contribute);
    }

    private void contribute(Router.Floating floating) {
        translations.reply(translations.requests(floating.outside()), floating.outside(), own);
        Match to = Address.to(floating.outside());
        Instructions enters =
                Instructions.go(Table.ROUTER.number()).write(Metadata.ofRouter(router.number()), Metadata.NETWORK_MASK);
        translations.enter(floating.outside(), own, enters);
        translations.find(floating.outside(), List.of(translations.at().and(to).orElseThrow()));
        translations.back(floating.outside());
        translations.inward(floating, floating.outside());
        translations.outward(floating, SOURCE, own);
        Match from = translations.at().with(Field.IPV4_SRC, Masked.address(Field.IPV4_SRC, floating.inside()));
        translations.bounds(TOO_LONG, from);
    }
}
