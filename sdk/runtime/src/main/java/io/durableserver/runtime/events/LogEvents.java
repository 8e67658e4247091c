package io.durableserver.runtime.events;

import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.RuntimeEvents;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Writes each fact into the log, under a logger of its kind, so that a kind can be silenced: {@code io.durableserver.events.Crashed}. On
 * the thread where it happened, as any log line. The only place of the runtime that logs a fact.
 */
final class LogEvents implements RuntimeEvents {
    private static final String NAME = "io.durableserver.events.";

    private static final ClassValue<Logger> LOGGERS = new ClassValue<>() {
        @Override
        protected Logger computeValue(Class<?> kind) {
            return LoggerFactory.getLogger(NAME + kind.getSimpleName());
        }
    };

    @Override
    public void happened(Fact fact) {
        write(fact.event());
    }

    static void write(RuntimeEvent event) {
        Logger logger = LOGGERS.get(event.getClass());
        Level level = level(event.severity());
        if (logger.isEnabledForLevel(level)) {
            logger.atLevel(level).setCause(event.thrown().orElse(null)).log(event.text());
        }
    }

    /** Writes it; what the log throws is told as a trouble. */
    static void write(RuntimeEvent event, Troubles troubles) {
        try {
            write(event);
        } catch (Throwable broken) {
            troubles.failed(broken);
        }
    }

    /** Whether facts of a kind are written. */
    static boolean writes(Class<? extends RuntimeEvent> kind) {
        return LOGGERS.get(kind).isEnabledForLevel(level(RuntimeEvent.severityOf(kind)));
    }

    private static Level level(RuntimeEvent.Severity severity) {
        return switch (severity) {
            case ERROR -> Level.ERROR;
            case WARN -> Level.WARN;
            case INFO -> Level.INFO;
            case DEBUG -> Level.DEBUG;
        };
    }
}
