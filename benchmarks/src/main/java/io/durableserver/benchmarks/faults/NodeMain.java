package io.durableserver.benchmarks.faults;

import io.durableserver.CallOptions;
import io.durableserver.DurableServerException;
import io.durableserver.DurableServers;
import io.durableserver.ServerLocation;
import io.durableserver.ignite.DurableIgnite;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A node and its clients, the main class of a process of {@link NodeProcess}. It answers numbered questions from its standard input, ends
 * with that, and writes every request of its clients to its standard output, out of this process before it is sent.
 */
public final class NodeMain {
    static final String ANSWER = "= ";
    static final String REQUEST = "@ ";

    private final DurableServers servers;
    private final List<String> keys;
    private final Clients clients;

    private NodeMain(DurableServers servers, List<String> keys, Clients clients) {
        this.servers = servers;
        this.keys = keys;
        this.clients = clients;
    }

    /** The arguments are those of {@link NodePlan}. */
    public static void main(String[] arguments) throws IOException {
        PrintStream lines = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        NodePlan plan = NodePlan.parse(arguments);
        DurableIgnite node = DurableIgnite.start(plan.node());
        node.onStateChange(state -> System.err.println("STATE " + state));
        Clients clients = new Clients(plan, node.servers(), operation -> lines.println(REQUEST + operation.line()));
        NodeMain main = new NodeMain(node.servers(), keys(plan.keys()), clients);
        lines.println(ANSWER + "up");
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String question = questions.readLine(); question != null; question = questions.readLine()) {
            String[] words = question.split(" ", -1);
            lines.println(ANSWER + words[0] + " " + main.answer(words));
        }
        // The process that started it is gone.
        Runtime.getRuntime().halt(0);
    }

    static List<String> keys(int count) {
        return IntStream.range(0, count).mapToObj(i -> "list-" + i).toList();
    }

    private String answer(String[] words) {
        try {
            return switch (words[1]) {
                case "create" -> {
                    servers.awaitReady(Duration.ofSeconds(60));
                    keys.forEach(key -> servers.ensureStarted(Appending.TYPE, key, new Appending.Ids(List.of())));
                    yield "ok";
                }
                case "owners" -> keys.stream().map(this::owner).collect(Collectors.joining(" "));
                case "load" -> {
                    clients.start(keys);
                    yield "ok";
                }
                case "stop" -> clients.stop() ? "stopped" : "busy";
                case "read" ->
                    servers
                            .ref(Appending.TYPE, words[2])
                            .call(new Appending.ReadAll(), CallOptions.timeout(Duration.ofSeconds(5)))
                            .ids()
                            .stream()
                            .map(String::valueOf)
                            .collect(Collectors.joining(",", "ids ", ""));
                default -> "what is " + words[1];
            };
        } catch (DurableServerException failed) {
            return "failed " + failed.getMessage();
        }
    }

    private String owner(String key) {
        return servers.admin()
                .lookup(key)
                .map(ServerLocation::session)
                .map(session -> session.node())
                .orElse("-");
    }
}
