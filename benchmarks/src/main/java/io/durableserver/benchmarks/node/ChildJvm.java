package io.durableserver.benchmarks.node;

import io.durableserver.benchmarks.load.Usage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A JVM that this one started and ends. They talk in lines: a question on its standard input, an answer with a mark on its
 * standard output. It ends itself when its input ends, so none is left over when this JVM is killed.
 */
public final class ChildJvm implements AutoCloseable {
    static final String MARK = "=> ";

    private final Process process;
    private final BufferedReader answers;
    private final PrintStream questions;
    private final Path log;

    private ChildJvm(Process process, Path log) {
        this.process = process;
        this.answers = process.inputReader();
        this.questions = new PrintStream(process.getOutputStream(), true);
        this.log = log;
    }

    /**
     * Starts a JVM on this one's class path.
     *
     * @param log where its standard error goes
     */
    public static ChildJvm start(List<String> flags, Class<?> main, List<String> arguments, Path log)
            throws IOException {
        return start(flags, main.getName(), arguments, log);
    }

    /** As {@link #start(List, Class, List, Path)}, for a class that is compiled after this one. */
    public static ChildJvm start(List<String> flags, String main, List<String> arguments, Path log) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp"));
        command.add(System.getProperty("java.class.path"));
        command.add(main);
        command.addAll(arguments);
        Process process =
                new ProcessBuilder(command).redirectError(log.toFile()).start();
        return new ChildJvm(process, log);
    }

    /** Asks and waits for the answer. */
    public synchronized String ask(String question) {
        questions.println(question);
        return answer();
    }

    /** The next answer; other output is skipped. */
    public synchronized String answer() {
        try {
            for (String line = answers.readLine(); line != null; line = answers.readLine()) {
                if (line.startsWith(MARK)) {
                    return line.substring(MARK.length());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("The child JVM ended; see " + log);
    }

    /** What the child has used. */
    public Usage usage() {
        String[] numbers = ask("usage").split(" ", -1);
        return new Usage(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
    }

    @Override
    public void close() {
        questions.close();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
