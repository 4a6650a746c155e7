package io.heddle.controller;

import io.heddle.cli.ControllerProgram;
import io.heddle.config.InvalidNetworkException;
import java.io.IOException;

/** Lets the command line start a {@link Controller}; see {@code META-INF/services}. */
public final class InstalledController implements ControllerProgram {
    @Override
    public Running start(Options options) throws IOException, InvalidNetworkException {
        return new Controller(options);
    }
}
