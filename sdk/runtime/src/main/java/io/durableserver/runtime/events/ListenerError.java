package io.durableserver.runtime.events;

/** What a listener threw, as text: its own methods may throw in turn, and its class may be unloaded. */
final class ListenerError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ListenerError(Throwable thrown) {
        super(text(thrown), null, false, true);
        setStackTrace(stack(thrown));
    }

    private static String text(Throwable thrown) {
        String type = thrown.getClass().getName();
        try {
            return type + ": " + thrown.getMessage();
        } catch (RuntimeException | Error hostile) {
            return type;
        }
    }

    private static StackTraceElement[] stack(Throwable thrown) {
        try {
            return thrown.getStackTrace();
        } catch (RuntimeException | Error hostile) {
            return new StackTraceElement[0];
        }
    }
}
