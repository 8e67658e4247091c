package io.durableserver.runtime.activation;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What the runtime itself has to do on a server's thread, ahead of its mail. Any thread adds, one takes; few at a time. */
final class Signals {
    private record Node(Runnable task, @Nullable Node next) {}

    private final AtomicReference<@Nullable Node> head = new AtomicReference<>();

    void add(Runnable task) {
        head.updateAndGet(next -> new Node(task, next));
    }

    boolean isEmpty() {
        return head.get() == null;
    }

    /** Runs all, in the order in which they came; a defect in one of them is thrown after the others ran. */
    void drain() {
        Throwable defect = null;
        while (head.get() != null) {
            Node reversed = null;
            for (Node node = head.getAndSet(null); node != null; node = node.next()) {
                reversed = new Node(node.task(), reversed);
            }
            for (Node node = reversed; node != null; node = node.next()) {
                try {
                    node.task().run();
                } catch (RuntimeException | Error thrown) {
                    defect = defect == null ? thrown : defect;
                }
            }
        }
        if (defect instanceof Error error) {
            throw error;
        }
        if (defect instanceof RuntimeException exception) {
            throw exception;
        }
    }
}
