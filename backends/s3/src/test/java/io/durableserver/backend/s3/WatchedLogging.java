package io.durableserver.backend.s3;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.simple.SimpleServiceProvider;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * Logging in which every logger logs at DEBUG and each line is searched for {@link Secrets}; what is printed is what would be
 * printed without it. The build names it in {@code slf4j.provider}.
 */
public final class WatchedLogging implements SLF4JServiceProvider {
    /** The stores of the tests, which are sent what they see, and every byte of a body: that one S3SecretsIT reads. */
    private static final List<String> IGNORED =
            List.of("org.eclipse.jetty", "org.gaul", "org.apache.hc.client5.http.wire");

    private static final List<String> LEAKS = new ArrayList<>();

    private final SLF4JServiceProvider printing = new SimpleServiceProvider();
    private final Map<String, Logger> loggers = new ConcurrentHashMap<>();

    /** Where secrets were shown since the last call. */
    static List<String> leaks() {
        synchronized (LEAKS) {
            List<String> leaks = List.copyOf(LEAKS);
            LEAKS.clear();
            return leaks;
        }
    }

    /** A failure as a log or a report shows it. */
    static String text(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    @Override
    public void initialize() {
        printing.initialize();
    }

    @Override
    public ILoggerFactory getLoggerFactory() {
        return name -> loggers.computeIfAbsent(
                name, key -> new Watched(key, printing.getLoggerFactory().getLogger(key)));
    }

    @Override
    public IMarkerFactory getMarkerFactory() {
        return printing.getMarkerFactory();
    }

    @Override
    public MDCAdapter getMDCAdapter() {
        return printing.getMDCAdapter();
    }

    @Override
    public String getRequestedApiVersion() {
        return printing.getRequestedApiVersion();
    }

    private static final class Watched extends LegacyAbstractLogger {
        private static final long serialVersionUID = 1L;

        private final transient Logger printing;
        private final boolean ignored;

        Watched(String name, Logger printing) {
            this.name = name;
            this.printing = printing;
            this.ignored = IGNORED.stream().anyMatch(name::startsWith);
        }

        @Override
        protected String getFullyQualifiedCallerName() {
            return Watched.class.getName();
        }

        @Override
        protected void handleNormalizedLoggingCall(
                Level level,
                @Nullable Marker marker,
                String pattern,
                Object @Nullable [] arguments,
                @Nullable Throwable failure) {
            String line = MessageFormatter.basicArrayFormat(pattern, arguments);
            String whole = failure == null ? String.valueOf(line) : line + "\n" + text(failure);
            if (!ignored && Secrets.in(whole)) {
                synchronized (LEAKS) {
                    LEAKS.add(level + " " + name + ": " + Secrets.hidden(whole));
                }
            }
            if (printing.isEnabledForLevel(level)) {
                printing.atLevel(level).setCause(failure).log(line);
            }
        }

        @Override
        public boolean isTraceEnabled() {
            return printing.isTraceEnabled();
        }

        @Override
        public boolean isDebugEnabled() {
            return !ignored || printing.isDebugEnabled();
        }

        @Override
        public boolean isInfoEnabled() {
            return !ignored || printing.isInfoEnabled();
        }

        @Override
        public boolean isWarnEnabled() {
            return !ignored || printing.isWarnEnabled();
        }

        @Override
        public boolean isErrorEnabled() {
            return !ignored || printing.isErrorEnabled();
        }
    }
}
