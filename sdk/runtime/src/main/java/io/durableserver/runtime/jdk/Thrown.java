package io.durableserver.runtime.jdk;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What foreign code threw, as this library keeps it: class name, message, stack and causes. The methods of a throwable
 * are foreign code, too, and may throw, lie or run in circles. They are asked once, here, on the thread that caught
 * it; a log that prints the copy later runs none of them.
 */
public final class Thrown extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int MAX_CAUSES = 8;
    private static final int MAX_FRAMES = 200;
    private static final int MAX_TEXT = 10_000;
    private static final StackTraceElement[] NO_STACK = {};

    private final String type;
    private final @Nullable String text;

    private Thrown(String type, @Nullable String message, StackTraceElement[] stack, @Nullable Thrown cause) {
        super(message == null ? type : type + ": " + message, cause, false, true);
        this.type = type;
        this.text = message;
        setStackTrace(stack);
    }

    /** A copy of a throwable, and of the causes it has. */
    public static Thrown of(Throwable original) {
        if (original instanceof Thrown already) {
            return already;
        }
        List<Throwable> chain = new ArrayList<>();
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Throwable at = original; at != null && chain.size() < MAX_CAUSES && seen.add(at); at = cause(at)) {
            chain.add(at);
        }
        Thrown copy = null;
        for (int i = chain.size() - 1; i >= 0; i--) {
            Throwable at = chain.get(i);
            copy = new Thrown(at.getClass().getName(), text(at), stack(at), copy);
        }
        return copy == null ? new Thrown("null", null, NO_STACK, null) : copy;
    }

    /** What stages wrapped around a failure taken off. */
    public static Throwable unwrapped(Throwable failure) {
        Throwable inner = failure;
        // By class: getCause of a subclass is code of the application.
        while ((inner.getClass() == CompletionException.class || inner.getClass() == ExecutionException.class)
                && inner.getCause() != null
                && inner.getCause() != inner) {
            inner = inner.getCause();
        }
        return inner;
    }

    /** Its message alone, which is all that is asked of it; {@code "null"} when there is none. */
    public static String messageOf(Throwable original) {
        return String.valueOf(original instanceof Thrown copy ? copy.text : text(original));
    }

    /** The name of the original's class. */
    public String type() {
        return type;
    }

    /** The original's message. */
    public @Nullable String text() {
        return text;
    }

    private static @Nullable Throwable cause(Throwable of) {
        return asked(of::getCause, null);
    }

    private static @Nullable String text(Throwable of) {
        String failed = "(its getMessage fails)";
        String text = asked(of::getMessage, failed);
        return text == null || text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT - 1) + "…";
    }

    private static StackTraceElement[] stack(Throwable of) {
        StackTraceElement[] stack = asked(of::getStackTrace, NO_STACK);
        if (stack == null) {
            return NO_STACK;
        }
        StackTraceElement[] top = Arrays.copyOf(stack, Math.min(stack.length, MAX_FRAMES));
        for (StackTraceElement element : top) {
            if (element == null) {
                return NO_STACK;
            }
        }
        return top;
    }

    private static <T> @Nullable T asked(Supplier<@Nullable T> question, @Nullable T otherwise) {
        try {
            return question.get();
        } catch (Throwable hostile) {
            return otherwise;
        }
    }

    /** The stack is the original's. */
    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
