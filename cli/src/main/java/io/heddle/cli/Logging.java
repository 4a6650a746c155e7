package io.heddle.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** How the controller logs: text lines for people, or JSON objects for programs. */
final class Logging {
    /** The form of a line. */
    enum Format {
        TEXT,
        JSON
    }

    /** The lowest level of Heddle's own log lines. Libraries log warnings and errors only. */
    enum Threshold {
        TRACE,
        DEBUG,
        INFO,
        WARN,
        ERROR;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(
            names = "--log-format",
            paramLabel = "text|json",
            defaultValue = "text",
            description = "log lines for people, or JSON objects with fields (default: ${DEFAULT-VALUE})")
    private Format format;

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            defaultValue = "info",
            description = "one of ${COMPLETION-CANDIDATES}; can be changed while it runs, see /api/v1/loggers"
                    + " (default: ${DEFAULT-VALUE})")
    private Threshold threshold;

    void set() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Level level = Level.toLevel(threshold.name());
        context.getLogger("io.heddle").setLevel(level);
        context.getLogger("heddle").setLevel(level);
        Appender<ILoggingEvent> appender =
                context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("stderr");
        if (format == Format.JSON && appender instanceof ConsoleAppender<ILoggingEvent> console) {
            JsonEncoder json = new JsonEncoder();
            json.setContext(context);
            json.setWithSequenceNumber(false);
            json.setWithNanoseconds(false);
            json.setWithContext(false);
            json.setWithArguments(false);
            json.setWithMessage(false);
            json.setWithFormattedMessage(true);
            json.start();
            console.setEncoder(json);
        }
    }
}
