package io.durableserver.ignite.membership;

import io.durableserver.Codec;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.spi.BackendFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.ignite.cluster.ClusterNode;

/** The user attributes by which a node says which durable servers it takes part in; fixed once the node has joined. */
public final class NodeAttributes {
    /** The version of all wire formats of this module; nodes with different ones do not form a cluster. */
    public static final String PROTOCOL_VERSION = "1";

    public static final String PROTOCOL = "durableserver.protocol";
    public static final String HOST = "durableserver.host";
    /** The ids of the clusters the node was in before this one, joined by commas; none where it remembers none. */
    static final String CLUSTERS = "durableserver.clusters";

    private static final String PREFIX = "durableserver.prefix:";

    private NodeAttributes() {}

    /** The attributes of a node that remembers these clusters, added to those it has. */
    public static Map<String, Object> with(Map<String, ?> present, Set<String> clusters) {
        Map<String, Object> all = new LinkedHashMap<>(present);
        all.put(CLUSTERS, String.join(",", clusters));
        return all;
    }

    public static Set<String> clusters(ClusterNode node) {
        String ids = text(node, CLUSTERS);
        return ids.isEmpty() ? Set.of() : Set.of(ids.split(","));
    }

    /** The attributes of a node, added to those it has. */
    public static Map<String, Object> with(
            Map<String, ?> present, Iterable<DurableServersConfig> configs, int backups, Codec messages, Codec states) {
        Map<String, Object> all = new LinkedHashMap<>(present);
        all.put(PROTOCOL, PROTOCOL_VERSION);
        all.put(HOST, HostIdentity.LOCAL);
        for (DurableServersConfig config : configs) {
            String prefix = config.prefix();
            all.put(membership(prefix), true);
            all.put(types(prefix), typeList(config));
            all.put(codec(prefix), text(config.messageCodec().orElse(messages)));
            all.put(stateCodecs(prefix), stateCodecList(config, states));
            all.put(backups(prefix), backups);
            all.put(mixed(prefix), config.allowMixedTypeVersions());
        }
        return all;
    }

    private static String typeList(DurableServersConfig config) {
        return config.types().stream()
                .map(type -> type.name() + ":" + type.version())
                .sorted()
                .collect(Collectors.joining(","));
    }

    private static String stateCodecList(DurableServersConfig config, Codec states) {
        return config.types().stream()
                .map(type -> type.name() + ":"
                        + text(type.stateCodec().or(config::stateCodec).orElse(states)))
                .sorted()
                .collect(Collectors.joining(","));
    }

    /** A codec by its name and revision, without what separates items. */
    private static String text(Codec codec) {
        String revision = codec.revision().replaceAll("[:,\\[\\]]", "_");
        return revision.isEmpty() ? codec.name() : codec.name() + "[" + revision + "]";
    }

    /** The codecs of states by type, as {@link #types} are. */
    public static String stateCodecs(String prefix) {
        return PREFIX + prefix + ".states";
    }

    /** Present on the nodes that take part in a prefix. */
    public static String membership(String prefix) {
        return PREFIX + prefix;
    }

    public static String types(String prefix) {
        return PREFIX + prefix + ".types";
    }

    public static String codec(String prefix) {
        return PREFIX + prefix + ".codec";
    }

    public static String backups(String prefix) {
        return PREFIX + prefix + ".backups";
    }

    public static String mixed(String prefix) {
        return PREFIX + prefix + ".mixed";
    }

    /** What the store of a prefix says of the node: {@link BackendFactory#introduction}. */
    public static String store(String prefix) {
        return PREFIX + prefix + ".store";
    }

    /** The attributes of a node whose stores say this, by prefix, added to those it has. */
    public static Map<String, Object> withStores(Map<String, ?> present, Map<String, String> introductions) {
        Map<String, Object> all = new LinkedHashMap<>(present);
        introductions.forEach((prefix, text) -> all.put(store(prefix), text));
        return all;
    }

    public static boolean takesPart(ClusterNode node, String prefix) {
        return node.attribute(membership(prefix)) != null;
    }

    /** The prefixes a node takes part in. */
    public static Iterable<String> prefixes(ClusterNode node) {
        return node.attributes().keySet().stream()
                .filter(name -> name.startsWith(PREFIX) && name.endsWith("/"))
                .map(name -> name.substring(PREFIX.length()))
                .sorted()
                .toList();
    }

    /** The value of an attribute as text, empty when the node has none. */
    public static String text(ClusterNode node, String name) {
        Object value = node.attribute(name);
        return value == null ? "" : value.toString();
    }
}
