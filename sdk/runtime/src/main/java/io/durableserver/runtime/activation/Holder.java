package io.durableserver.runtime.activation;

import io.durableserver.runtime.turn.UserCode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What holds a server: a turn, or a callback, and where its thread is. */
record Holder(String message, long forNanos, String thread, List<StackTraceElement> stack) {
    private static final int FRAMES = 40;

    static Holder of(Inside.Stay stay, long nowNanos) {
        List<StackTraceElement> stack = List.of(stay.thread().getStackTrace());
        return new Holder(
                stay.slot() != null ? stay.slot().wireName() : callback(stack),
                nowNanos - stay.sinceNanos(),
                stay.thread().getName(),
                stack);
    }

    /** A turn that is open holds no thread. */
    static Holder of(UnfinishedTurn open, long nowNanos) {
        return new Holder(
                open.slot().wireName(), nowNanos - open.sinceNanos(), "no thread: it waits for its stage", List.of());
    }

    /** Outside of turns the door to user code tells which callback runs: the outermost of its frames. */
    private static String callback(List<StackTraceElement> stack) {
        String callback = "no user code";
        boolean inDoor = false;
        for (StackTraceElement frame : stack) {
            if (frame.getClassName().startsWith(UserCode.class.getName())) {
                inDoor = true;
                callback = frame.getMethodName();
            } else if (inDoor) {
                break;
            }
        }
        return callback;
    }

    /** The context of an error: never a state, never the message itself. */
    Map<String, Object> context(String key) {
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("key", key);
        context.put("message", message);
        context.put("runningMillis", forNanos / 1_000_000);
        context.put("thread", thread);
        return context;
    }

    String stackText() {
        StringBuilder text = new StringBuilder();
        stack.stream().limit(FRAMES).forEach(frame -> text.append("\n\tat ").append(frame));
        return text.toString();
    }
}
