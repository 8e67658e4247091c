package io.durableserver.benchmarks.node;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.ignite.Ignite;

/** The second node: hosts servers, and echoes raw Ignite messages for comparison. */
public final class GridChild {
    static final String ECHO_ORDERED = "bench-echo-ordered";
    static final String ECHO_PLAIN = "bench-echo-plain";
    static final String REPLIES = "bench-replies";

    private GridChild() {}

    /** Arguments: index, store, work directory, number of nodes, ports. */
    public static void main(String[] arguments) throws IOException {
        List<Integer> ports = new ArrayList<>();
        for (String port : arguments[4].split(",", -1)) {
            ports.add(Integer.parseInt(port));
        }
        try (GridNode node = GridNode.start(
                Integer.parseInt(arguments[0]),
                ports,
                Path.of(arguments[2]),
                GridNode.Store.valueOf(arguments[1]),
                Integer.parseInt(arguments[3]))) {
            echo(node.ignite());
            ChildMain.tell("joined");
            ChildMain.serve(question -> {
                if (question.equals("ready")) {
                    node.awaitReady();
                }
                return "ok";
            });
        }
        // Threads of Ignite that are no daemons must not keep the process.
        System.exit(0);
    }

    private static void echo(Ignite ignite) {
        ignite.message().localListen(ECHO_ORDERED, (UUID from, Object message) -> {
            ignite.message(ignite.cluster().forNodeId(from)).sendOrdered(REPLIES, message, 0);
            return true;
        });
        ignite.message().localListen(ECHO_PLAIN, (UUID from, Object message) -> {
            ignite.message(ignite.cluster().forNodeId(from)).send(REPLIES, message);
            return true;
        });
    }
}
