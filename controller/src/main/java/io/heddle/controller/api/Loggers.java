package io.heddle.controller.api;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heddle.flows.program.Nearest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.LoggerFactory;

/** Loggers and their levels, readable and changeable while the controller runs. */
final class Loggers {
    private static final List<String> LEVELS = List.of("trace", "debug", "info", "warn", "error", "off");

    private final LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    private final ObjectMapper json = new ObjectMapper();

    List<Map<String, Object>> all() {
        return context.getLoggerList().stream().map(Loggers::shown).toList();
    }

    private static Map<String, Object> shown(Logger l) {
        return Row.of("name", l.getName())
                .and("level", l.getLevel() == null ? "" : text(l.getLevel()))
                .and("effective", text(l.getEffectiveLevel()))
                .map();
    }

    private static String text(Level level) {
        return level.toString().toLowerCase(Locale.ROOT);
    }

    /** Sets a level by {@code {"level": "debug"}}; an empty level is inherited again. */
    Map<String, Object> put(RoutingContext request) throws BadRequest {
        String level;
        try {
            JsonNode body = json.readTree(String.valueOf(request.body().asString()));
            level = body.path("level").asText();
            if (!body.has("level") || !level.isEmpty() && !LEVELS.contains(level)) {
                throw new BadRequest(400, Nearest.unknown("level", level, LEVELS));
            }
        } catch (JsonProcessingException e) {
            throw new BadRequest(400, "expected {\"level\": \"debug\"}");
        }
        String name = request.pathParam("logger");
        if (level.isEmpty() && name.equalsIgnoreCase(Logger.ROOT_LOGGER_NAME)) {
            throw new BadRequest(400, "the root logger has no parent to inherit a level from: give it a level");
        }
        Logger logger = context.exists(name);
        if (logger == null) {
            throw new BadRequest(
                    404,
                    Nearest.unknown(
                            "logger",
                            name,
                            context.getLoggerList().stream()
                                    .map(Logger::getName)
                                    .toList()));
        }
        logger.setLevel(level.isEmpty() ? null : Level.toLevel(level));
        return shown(logger);
    }
}
