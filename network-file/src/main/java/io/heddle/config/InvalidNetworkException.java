package io.heddle.config;

import java.util.List;
import java.util.stream.Collectors;

/** Says that Heddle refuses a network file, with all errors of the file. */
public final class InvalidNetworkException extends Exception {
    private final transient List<Problem> problems;

    public InvalidNetworkException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** All errors, in the order of the file. */
    public List<Problem> problems() {
        return problems;
    }
}
