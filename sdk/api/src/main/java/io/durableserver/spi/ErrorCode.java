package io.durableserver.spi;

import io.durableserver.ConfigurationException;
import io.durableserver.HandlerFailedException;
import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.RejectedException;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/**
 * The stable name of a reason, beside the text of a problem: one of a bounded set, and so fit for a tag of a meter. The constants of
 * the {@code Reason} of each exception, and those below. Equal by identity; releases may add some.
 */
public final class ErrorCode {
    private static final Map<String, ErrorCode> ALL = new TreeMap<>();

    /** A handler or {@code init} refused; the code of an application is in the exception, as it may be anything. */
    public static final ErrorCode REJECTED = own("REJECTED");

    /** User code failed. */
    public static final ErrorCode HANDLER_FAILED = own("HANDLER_FAILED");

    /** An error that is none of this library. */
    public static final ErrorCode UNEXPECTED = own("UNEXPECTED");

    /** The node was cut off from its cluster. */
    public static final ErrorCode CUT_OFF = own("CUT_OFF");

    /** Another node ended the lease, or something was written over it. */
    public static final ErrorCode LEASE_ENDED = own("LEASE_ENDED");

    /** Something did not happen in its time, and no error says why. */
    public static final ErrorCode OVERDUE = own("OVERDUE");

    /** Bytes that are not what they should be. */
    public static final ErrorCode MALFORMED = own("MALFORMED");

    static {
        addAll(NotAppliedException.Reason.values());
        addAll(OutcomeUnknownException.Reason.values());
        addAll(ConfigurationException.Reason.values());
    }

    private final String name;

    private ErrorCode(String name) {
        this.name = name;
    }

    private static ErrorCode own(String name) {
        return ALL.computeIfAbsent(name, ErrorCode::new);
    }

    private static void addAll(Enum<?>[] reasons) {
        for (Enum<?> reason : reasons) {
            own(reason.name());
        }
    }

    /** All there are, by name. */
    public static Collection<ErrorCode> all() {
        return Collections.unmodifiableCollection(ALL.values());
    }

    public static ErrorCode of(NotAppliedException.Reason reason) {
        return known(reason.name());
    }

    public static ErrorCode of(OutcomeUnknownException.Reason reason) {
        return known(reason.name());
    }

    /** Of what something failed with, under what stages and futures wrap around it. Never runs code of the application. */
    public static ErrorCode of(Throwable failure) {
        Throwable cause = failure;
        // By class: getCause of a subclass is code of the application.
        while ((cause.getClass() == CompletionException.class || cause.getClass() == ExecutionException.class)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof RejectedException) {
            return REJECTED;
        }
        if (cause instanceof HandlerFailedException) {
            return HANDLER_FAILED;
        }
        if (cause instanceof NotAppliedException refused) {
            return of(refused.reason());
        }
        if (cause instanceof OutcomeUnknownException unknown) {
            return of(unknown.reason());
        }
        return cause instanceof ConfigurationException wrong
                ? known(wrong.reason().name())
                : UNEXPECTED;
    }

    private static ErrorCode known(String name) {
        return ALL.getOrDefault(name, UNEXPECTED);
    }

    /** As it reads in a tag: upper case and underscores. */
    public String name() {
        return name;
    }

    @Override
    public String toString() {
        return name;
    }
}
