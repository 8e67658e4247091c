package io.durableserver.ignite;

import java.nio.file.Path;
import java.util.function.Predicate;

/** A node in a JVM of its own, which can be killed. */
final class ChildNode {
    private ChildNode() {}

    static ChildJvm start(TestCluster cluster, String name) {
        return start(cluster, name, ChildJvm::needed);
    }

    static ChildJvm start(TestCluster cluster, String name, Predicate<String> flags) {
        return ChildJvm.start(
                ChildNode.class,
                cluster.work.resolve(name + ".log"),
                flags,
                name,
                cluster.firstPort,
                cluster.work,
                cluster.persistent);
    }

    public static void main(String[] arguments) throws InterruptedException {
        TestCluster cluster = new TestCluster(Integer.parseInt(arguments[1]), Path.of(arguments[2]));
        cluster.persistent(Integer.parseInt(arguments[3]));
        var unused = cluster.start(arguments[0]);
        Thread.currentThread().join();
    }
}
