package io.durableserver.examples.counter;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A {@link CounterNode} in a JVM of its own, seen by the driver. Used by one thread. */
final class NodeProcess {
    private static final Duration KILL = Duration.ofSeconds(10);

    private final String name;
    private final Process process;
    private final Ledger.Account account;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final Thread reader;
    private volatile @Nullable Exception broken;

    private NodeProcess(String name, Process process, Ledger.Account account) {
        this.name = name;
        this.process = process;
        this.account = account;
        this.reader = new Thread(this::read, "reader-" + name);
        reader.setDaemon(true);
    }

    static NodeProcess start(
            String name, List<String> command, Map<String, String> environment, Path log, Ledger ledger) {
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().putAll(environment);
            Process process = builder.start();
            NodeProcess node = new NodeProcess(name, process, ledger.open());
            node.reader.start();
            return node;
        } catch (IOException e) {
            throw new ScenarioException("Cannot start " + name, e);
        }
    }

    private void read() {
        try {
            PipeLines.read(process.getInputStream(), line -> {
                Optional<Report> report = Report.parse(line);
                report.ifPresentOrElse(account::accept, () -> answers.add(line));
            });
        } catch (IOException | RuntimeException e) {
            broken = e;
        }
    }

    String name() {
        return name;
    }

    /** Waits for the line that a node prints when it takes commands. */
    void awaitReady(Duration timeout) {
        answer("start", timeout);
    }

    /** Sends a command and waits for its answer. */
    String ask(String command, Duration timeout) {
        try {
            OutputStream commands = process.getOutputStream();
            commands.write((command + "\n").getBytes(StandardCharsets.UTF_8));
            commands.flush();
        } catch (IOException e) {
            throw new ScenarioException(name + " is gone, it cannot be asked to " + command, e);
        }
        return answer(command, timeout);
    }

    private String answer(String command, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        try {
            while (System.nanoTime() < deadline) {
                String answer = answers.poll(100, TimeUnit.MILLISECONDS);
                if (answer != null) {
                    return answer;
                }
                if (!reader.isAlive() && answers.isEmpty()) {
                    throw new ScenarioException(name + " ended before it answered: " + command, broken);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new ScenarioException(name + " did not answer within " + timeout.toSeconds() + " s: " + command);
    }

    /** kill -9, and what the process had written into its pipe. */
    void kill() {
        signalled(process.toHandle().destroyForcibly());
        awaitEnd(KILL);
    }

    /** SIGTERM: the node stores everything and leaves. */
    void requestStop() {
        signalled(process.toHandle().destroy());
    }

    /**
     * Signals go through the handle: {@link Process#destroy} would close this end of the pipes as well, and the last reports
     * would be lost with them.
     */
    private void signalled(boolean sent) {
        if (!sent) {
            throw new ScenarioException(name + " ended before it was told to");
        }
    }

    /** Waits for the end after {@link #requestStop}. Every batch must be settled. */
    void awaitStop(Duration timeout) {
        awaitEnd(timeout);
        // A JVM that SIGTERM ended, and not an error, exits with 128 + 15.
        if (process.exitValue() != 143) {
            throw new ScenarioException(name + " ended with status " + process.exitValue());
        }
    }

    private void awaitEnd(Duration timeout) {
        try {
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new ScenarioException(name + " did not end within " + timeout.toSeconds() + " s");
            }
            reader.join(timeout.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (reader.isAlive() || broken != null) {
            throw new ScenarioException("The reports of " + name + " cannot be read to their end", broken);
        }
        account.close();
    }

    /** Ends the process, whatever its state. */
    void destroy() {
        process.destroyForcibly();
    }
}
