package io.durableserver.examples.counter;

import io.durableserver.DurableServerException;
import io.durableserver.DurableServers;
import io.durableserver.NotAppliedException;
import io.durableserver.backend.mirror.Rollout;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The commands of a {@link CounterNode}: one line in, one line out, and what {@link Load} reports in between. */
final class Console implements AutoCloseable {
    static final String COMMANDS =
            "increment KEY [BY] | get KEY | where KEY | info KEY | load CALLERS KEYS | load stop | "
                    + RolloutConsole.COMMANDS + " | stop";

    private final DurableServers servers;
    private final PrintStream answers;
    private @Nullable Load load;
    private @Nullable RolloutConsole rollout;

    Console(DurableServers servers, PrintStream answers) {
        this.servers = servers;
        this.answers = answers;
    }

    /** The store is a mirror: takes commands for its rollout too. */
    void rollout(Rollout value) {
        rollout = new RolloutConsole(value);
    }

    /** Answers commands until {@code stop} or the end of the input. */
    void run(BufferedReader commands) throws IOException {
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            List<String> words = List.of(line.strip().split("\\s+"));
            if (words.equals(List.of("stop"))) {
                return;
            }
            answers.println(answer(words));
        }
    }

    String answer(List<String> words) {
        try {
            return switch (words.get(0) + "/" + words.size()) {
                case "increment/2" -> increment(words.get(1), 1);
                case "increment/3" -> increment(words.get(1), number("BY", words.get(2)));
                case "get/2" -> get(words.get(1));
                case "where/2" -> where(words.get(1));
                case "info/2" -> info(words.get(1));
                case "load/2" -> words.get(1).equals("stop") ? stopLoad() : usage();
                case "load/3" -> load(number("CALLERS", words.get(1)), number("KEYS", words.get(2)));
                case "rollout/2" -> rollout(words.get(1));
                default -> usage();
            };
        } catch (UsageException e) {
            return "error " + e.getMessage();
        } catch (DurableServerException e) {
            return "error " + e.getMessage();
        }
    }

    private String rollout(String command) {
        RolloutConsole console = rollout;
        if (console == null) {
            throw new UsageException("the store is no mirror");
        }
        return console.answer(command);
    }

    private static String usage() {
        throw new UsageException("expected " + COMMANDS);
    }

    private static int number(String name, String text) {
        return CommandLine.number(name, text, 1, 1_000_000);
    }

    private String increment(String key, int by) {
        try {
            long count = servers.ensureStarted(Counter.TYPE, key, new Counter.State(0))
                    .call(new Counter.Increment(by));
            return "acknowledged " + key + " " + count;
        } catch (NotAppliedException e) {
            return "not-applied " + key + " " + e.code();
        } catch (DurableServerException e) {
            return "unknown " + key + " " + e.code();
        }
    }

    private String get(String key) {
        long count = servers.ref(Counter.TYPE, key).call(new Counter.GetCount());
        return "count " + key + " " + count;
    }

    private String where(String key) {
        return servers.admin()
                .lookup(key)
                .map(at -> "at " + key + " " + at.session().node() + " epoch=" + at.epoch())
                .orElse("nowhere " + key);
    }

    private String info(String key) {
        return servers.admin()
                .info(key)
                .map(stored -> "stored %s status=%s owner=%s epoch=%d writes=%d bytes=%d"
                        .formatted(
                                key,
                                stored.status().wireName(),
                                stored.owner().node(),
                                stored.epoch(),
                                stored.writes(),
                                stored.stateBytes()))
                .orElse("nothing " + key);
    }

    private String load(int callers, int keys) {
        if (load != null) {
            throw new UsageException("a load is running: load stop");
        }
        load = new Load(servers, callers, keys, report -> answers.println(report.line()));
        return "load started";
    }

    private String stopLoad() {
        Load running = load;
        if (running == null) {
            throw new UsageException("no load is running");
        }
        load = null;
        running.close();
        return "load stopped";
    }

    @Override
    public void close() {
        if (load != null) {
            load.close();
        }
    }
}
