package io.durableserver.ignite;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** Another JVM with the flags and the class path of this one, whose lines go to a file. */
final class ChildJvm implements AutoCloseable {
    private final Process process;
    private final Path log;

    private ChildJvm(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** The flags Ignite needs. */
    static boolean needed(String argument) {
        return argument.startsWith("--add-opens") || argument.startsWith("-DIGNITE");
    }

    static ChildJvm start(Class<?> main, Path log, Predicate<String> flags, Object... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flags)
                .forEach(command::add);
        command.addAll(
                List.of("-Djava.net.preferIPv4Stack=true", "-Xmx256m", "-cp", System.getProperty("java.class.path")));
        command.add(main.getName());
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        try {
            Files.createDirectories(log.getParent());
            return new ChildJvm(
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start(),
                    log);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    Process process() {
        return process;
    }

    /** The whole lines it has written so far that start with this. */
    List<String> lines(String start) {
        try {
            String text = Files.readString(log);
            return text.substring(0, text.lastIndexOf('\n') + 1)
                    .lines()
                    .filter(line -> line.startsWith(start))
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until it has written a line that starts with this; a JVM needs its time on a busy machine. */
    void await(String start) {
        try {
            Awaitility.await("\"" + start + "\" in " + log)
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> !lines(start).isEmpty() || !process.isAlive());
        } catch (ConditionTimeoutException late) {
            throw new IllegalStateException("The child has written only: " + lines(""), late);
        }
        if (lines(start).isEmpty()) {
            throw new IllegalStateException("The child ended without \"" + start + "\": " + lines(""));
        }
    }

    /** {@code STOP} or {@code CONT}. */
    void signal(String signal) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start();
            if (!kill.waitFor(10, TimeUnit.SECONDS) || kill.exitValue() != 0) {
                throw new IllegalStateException("kill -" + signal + " failed");
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** kill -9, frozen or not; returns when it is dead. */
    void kill() {
        try {
            if (!process.destroyForcibly().waitFor(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("Process " + process.pid() + " survives kill -9");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
