package io.durableserver.ignite;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A node in a JVM of its own, which can be killed. */
final class ChildNode {
    private ChildNode() {}

    static Process start(TestCluster cluster, String name) {
        return start(cluster, name, argument -> argument.startsWith("--add-opens") || argument.startsWith("-DIGNITE"));
    }

    static Process start(TestCluster cluster, String name, Predicate<String> flags) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flags)
                .forEach(command::add);
        command.addAll(
                List.of("-Djava.net.preferIPv4Stack=true", "-Xmx256m", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(ChildNode.class.getName(), name, String.valueOf(cluster.firstPort)));
        try {
            Files.createDirectories(cluster.work);
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(cluster.work.resolve(name + ".log").toFile())
                    .start();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public static void main(String[] arguments) throws InterruptedException {
        TestCluster cluster = new TestCluster(Integer.parseInt(arguments[1]));
        var unused = cluster.start(arguments[0]);
        Thread.currentThread().join();
    }
}
