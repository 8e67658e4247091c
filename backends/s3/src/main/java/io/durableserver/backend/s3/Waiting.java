package io.durableserver.backend.s3;

import io.durableserver.Registration;
import io.durableserver.spi.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;

/** What requests wait with, on the node's scheduler. The node may be closed before the last of them has ended. */
final class Waiting {
    private final Scheduler scheduler;
    private final Set<Pause> pauses = new HashSet<>();
    private boolean closed;

    Waiting(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** Ends a stage. A node that is closed takes no tasks: then it ends here. */
    void tell(Runnable end) {
        try {
            scheduler.internal().execute(end);
        } catch (RejectedExecutionException nodeClosed) {
            end.run();
        }
    }

    /** Runs the task when the time is over. */
    Registration timer(Duration time, Runnable task) {
        return scheduler.schedule(time, task);
    }

    /** Goes on after a pause, or when this is closed. False: it is closed, and nothing goes on. */
    boolean pause(Duration time, Runnable resume) {
        Pause pause = new Pause(resume);
        synchronized (this) {
            if (closed) {
                return false;
            }
            pauses.add(pause);
        }
        var unused = scheduler.schedule(time, () -> end(pause));
        return true;
    }

    /** Lets go on whatever pauses. */
    void close() {
        List<Pause> left;
        synchronized (this) {
            closed = true;
            left = new ArrayList<>(pauses);
        }
        left.forEach(this::end);
    }

    private void end(Pause pause) {
        boolean mine;
        synchronized (this) {
            mine = pauses.remove(pause);
        }
        if (mine) {
            pause.resume.run();
        }
    }

    /** Compared by identity. */
    private static final class Pause {
        final Runnable resume;

        Pause(Runnable resume) {
            this.resume = resume;
        }
    }
}
