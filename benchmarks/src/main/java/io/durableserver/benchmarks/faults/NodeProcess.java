package io.durableserver.benchmarks.faults;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The process of a node, and what it writes. It is killed with this JVM, frozen or not, unless that is killed itself. */
final class NodeProcess implements AutoCloseable {
    private final Process process;
    private final PrintStream questions;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final Thread reader;
    private final Thread end;
    private final Path log;
    private int asked;

    private NodeProcess(Process process, History history, Path log) {
        this.process = process;
        this.questions = new PrintStream(process.getOutputStream(), true);
        this.log = log;
        this.reader = new Thread(() -> read(history), "reader");
        this.reader.setDaemon(true);
        this.end = new Thread(process::destroyForcibly, "end");
    }

    static NodeProcess start(NodePlan plan, Wires wires, History history, Path logs) {
        List<String> command = new ArrayList<>(wires.inPlace(plan.index()));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "@" + System.getProperty("bench.root", ".") + "/ignite-plugin/jvm.opts",
                "-Xmx384m",
                "-XX:+UseSerialGC",
                // They do little, and live for a minute: compilers would take most of their time.
                "-XX:TieredStopAtLevel=1",
                "-Dorg.slf4j.simpleLogger.showDateTime=true",
                "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-Dorg.slf4j.simpleLogger.log.io.durableserver=info",
                "-cp",
                System.getProperty("java.class.path"),
                NodeMain.class.getName()));
        command.addAll(plan.arguments());
        Path log = logs.resolve(plan.name() + "-" + plan.life() + ".log");
        try {
            Process process =
                    new ProcessBuilder(command).redirectError(log.toFile()).start();
            NodeProcess started = new NodeProcess(process, history, log);
            Runtime.getRuntime().addShutdownHook(started.end);
            started.reader.start();
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read(History history) {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(NodeMain.REQUEST)) {
                    Operation.parse(line.substring(NodeMain.REQUEST.length())).ifPresent(history::add);
                } else if (line.startsWith(NodeMain.ANSWER)) {
                    answers.add(line.substring(NodeMain.ANSWER.length()));
                }
            }
        } catch (IOException ended) {
            // It was killed; what it wrote before is read.
            System.err.println(log.getFileName() + ": " + ended.getMessage());
        }
    }

    /** Waits until it has joined. */
    void awaitUp(Duration patience) {
        if (answer("up", patience).isEmpty()) {
            throw new IllegalStateException((isAlive() ? "The node does not join" : "The node ended") + "; see " + log);
        }
    }

    /** Empty when it does not answer in time. Answers carry the number of their question: one that comes late is dropped. */
    synchronized Optional<String> ask(String question, Duration patience) {
        int number = ++asked;
        questions.println(number + " " + question);
        return answer(number + " ", patience);
    }

    private Optional<String> answer(String start, Duration patience) {
        try {
            long end = System.nanoTime() + patience.toNanos();
            while (System.nanoTime() - end < 0) {
                String answer = answers.poll(100, TimeUnit.MILLISECONDS);
                if (answer != null && answer.startsWith(start)) {
                    return Optional.of(answer.substring(start.length()));
                }
                if (answer == null && !reader.isAlive()) {
                    break;
                }
            }
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** As {@code kill} knows it. */
    void signal(String name) {
        Shell.run("kill", "-" + name, Long.toString(process.pid()));
    }

    /** Writes the stacks of all its threads beside its log, unless it has ended. */
    void dumpStacks() {
        if (isAlive()) {
            Path stacks = log.resolveSibling(log.getFileName() + ".stacks");
            String jcmd =
                    Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
            try {
                Files.writeString(stacks, Shell.run(jcmd, Long.toString(process.pid()), "Thread.print"));
            } catch (IOException | RuntimeException failed) {
                // A JRE has no jcmd; the table is worth more than the stacks.
                System.err.println("No stacks of " + log + ": " + failed.getMessage());
            }
        }
    }

    /** False when it does not end in time. */
    boolean awaitEnd(Duration patience) {
        return Shell.await(patience, () -> !isAlive());
    }

    /** kill -9, frozen or not; returns when it is dead and all it wrote is read. */
    @Override
    public void close() {
        try {
            process.destroyForcibly().waitFor();
            reader.join();
            questions.close();
            Runtime.getRuntime().removeShutdownHook(end);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
