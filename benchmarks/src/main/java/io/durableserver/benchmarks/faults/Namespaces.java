package io.durableserver.benchmarks.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A network namespace per node, each with two cables: one to the bridge of its side of the cluster, which {@link #split} moves it
 * away from, and one to the bridge of the store. Needs root and the command {@code ip}.
 */
final class Namespaces implements Wires {
    private static final String NET = "10.231.";
    private static final String NOBODY = "02:00:00:00:00:01";
    private static final String STORE_HOST = NET + "2.254";

    private final String name = "dsf" + ProcessHandle.current().pid() % 100_000;
    private final int nodes;
    private final List<String[]> undo = new ArrayList<>();
    private final List<String[]> drops = new ArrayList<>();

    private Namespaces(int nodes) {
        this.nodes = nodes;
    }

    /** Why there can be none here, if so. */
    static Optional<String> missing() {
        try {
            if (!Shell.isRoot()) {
                return Optional.of("needs root, for network namespaces");
            }
            String probe = "dsfprobe" + ProcessHandle.current().pid();
            Shell.run("ip", "netns", "add", probe);
            Shell.run("ip", "netns", "del", probe);
            return Optional.empty();
        } catch (RuntimeException failed) {
            return Optional.of("needs network namespaces (`ip netns add`): " + failed.getMessage());
        }
    }

    static Namespaces open(int nodes) {
        Namespaces opened = new Namespaces(nodes);
        // Ctrl-C runs no finally.
        Runtime.getRuntime().addShutdownHook(new Thread(opened::close, "namespaces"));
        try {
            opened.lay();
        } catch (RuntimeException failed) {
            opened.close();
            throw failed;
        }
        return opened;
    }

    private void lay() {
        for (int side = 0; side <= nodes; side++) {
            // The last one is the store's.
            link(bridge(side), "type", "bridge");
            ip("link", "set", bridge(side), "up");
        }
        ip("addr", "add", STORE_HOST + "/24", "dev", bridge(nodes));
        for (int node = 1; node <= nodes; node++) {
            ip("netns", "add", space(node));
            undo.add(new String[] {"ip", "netns", "del", space(node)});
            ip("-n", space(node), "link", "set", "lo", "up");
            cable(node, "c", "1", bridge(0));
            cable(node, "s", "2", bridge(nodes));
        }
    }

    private void cable(int node, String kind, String net, String bridge) {
        link(name + kind + node, "type", "veth", "peer", "name", kind, "netns", space(node));
        ip("link", "set", name + kind + node, "master", bridge);
        ip("link", "set", name + kind + node, "up");
        ip("-n", space(node), "addr", "add", NET + net + "." + node + "/24", "dev", kind);
        ip("-n", space(node), "link", "set", kind, "up");
    }

    private void link(String link, String... what) {
        List<String> words = new ArrayList<>(List.of("link", "add", link));
        words.addAll(List.of(what));
        ip(words.toArray(String[]::new));
        undo.add(new String[] {"ip", "link", "del", link});
    }

    private static void ip(String... words) {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(words));
        Shell.run(command.toArray(String[]::new));
    }

    private String bridge(int side) {
        return name + "b" + side;
    }

    private String space(int node) {
        return name + "n" + node;
    }

    @Override
    public String host(int node) {
        return NET + "1." + node;
    }

    @Override
    public String storeHost() {
        return STORE_HOST;
    }

    @Override
    public List<String> inPlace(int node) {
        return List.of("ip", "netns", "exec", space(node));
    }

    @Override
    public void split(List<List<Integer>> sides) {
        for (int side = 0; side < sides.size(); side++) {
            for (int node : sides.get(side)) {
                ip("link", "set", name + "c" + node, "master", bridge(side));
            }
        }
    }

    /** The frames go to a card that does not exist. */
    @Override
    public void drop(int from, int to) {
        ip("-n", space(from), "neigh", "replace", host(to), "lladdr", NOBODY, "dev", "c", "nud", "permanent");
        drops.add(new String[] {"-n", space(from), "neigh", "del", host(to), "dev", "c"});
    }

    @Override
    public void heal() {
        drops.forEach(Namespaces::ip);
        drops.clear();
        for (int node = 1; node <= nodes; node++) {
            ip("link", "set", name + "c" + node, "master", bridge(0));
        }
    }

    /** Takes all away that is there, however far the laying got; a link may be gone with its namespace already. */
    @Override
    public synchronized void close() {
        for (int i = undo.size() - 1; i >= 0; i--) {
            try {
                Shell.run(undo.get(i));
            } catch (RuntimeException failed) {
                System.err.println("Left behind, or gone: " + failed.getMessage());
            }
        }
        undo.clear();
    }
}
