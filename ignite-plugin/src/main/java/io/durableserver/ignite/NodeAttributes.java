package io.durableserver.ignite;

import io.durableserver.Codec;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.spi.BackendFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.ignite.cluster.ClusterNode;

/** The user attributes by which a node says which durable servers it takes part in; fixed once the node has joined. */
final class NodeAttributes {
    /** The version of all wire formats of this module; nodes with different ones do not form a cluster. */
    static final String PROTOCOL_VERSION = "1";

    static final String PROTOCOL = "durableserver.protocol";
    static final String HOST = "durableserver.host";
    /** The ids of the clusters the node was in before this one, joined by commas; none where it remembers none. */
    static final String CLUSTERS = "durableserver.clusters";

    private static final String PREFIX = "durableserver.prefix:";

    private NodeAttributes() {}

    /** The attributes of a node that remembers these clusters, added to those it has. */
    static Map<String, Object> with(Map<String, ?> present, Set<String> clusters) {
        Map<String, Object> all = new LinkedHashMap<>(present);
        all.put(CLUSTERS, String.join(",", clusters));
        return all;
    }

    static Set<String> clusters(ClusterNode node) {
        String ids = text(node, CLUSTERS);
        return ids.isEmpty() ? Set.of() : Set.of(ids.split(","));
    }

    /** The attributes of a node, added to those it has. */
    static Map<String, Object> with(
            Map<String, ?> present, Iterable<DurableServersConfig> configs, int backups, RuntimeLauncher runtime) {
        Map<String, Object> all = new LinkedHashMap<>(present);
        all.put(PROTOCOL, PROTOCOL_VERSION);
        all.put(HOST, HostIdentity.LOCAL);
        for (DurableServersConfig config : configs) {
            String prefix = config.prefix();
            all.put(membership(prefix), true);
            all.put(types(prefix), typeList(config));
            all.put(codec(prefix), text(config.messageCodec().orElseGet(runtime::messageCodec)));
            all.put(stateCodecs(prefix), stateCodecList(config, runtime));
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

    private static String stateCodecList(DurableServersConfig config, RuntimeLauncher runtime) {
        return config.types().stream()
                .map(type -> type.name() + ":"
                        + text(type.stateCodec().or(config::stateCodec).orElseGet(runtime::stateCodec)))
                .sorted()
                .collect(Collectors.joining(","));
    }

    /** A codec by its name and revision, without what separates items. */
    private static String text(Codec codec) {
        String revision = codec.revision().replaceAll("[:,\\[\\]]", "_");
        return revision.isEmpty() ? codec.name() : codec.name() + "[" + revision + "]";
    }

    /** The codecs of states by type, as {@link #types} are. */
    static String stateCodecs(String prefix) {
        return PREFIX + prefix + ".states";
    }

    /** Present on the nodes that take part in a prefix. */
    static String membership(String prefix) {
        return PREFIX + prefix;
    }

    static String types(String prefix) {
        return PREFIX + prefix + ".types";
    }

    static String codec(String prefix) {
        return PREFIX + prefix + ".codec";
    }

    static String backups(String prefix) {
        return PREFIX + prefix + ".backups";
    }

    static String mixed(String prefix) {
        return PREFIX + prefix + ".mixed";
    }

    /** What the store of a prefix says of the node: {@link BackendFactory#introduction}. */
    static String store(String prefix) {
        return PREFIX + prefix + ".store";
    }

    /** The attributes of a node whose stores say this, by prefix, added to those it has. */
    static Map<String, Object> withStores(Map<String, ?> present, Map<String, String> introductions) {
        Map<String, Object> all = new LinkedHashMap<>(present);
        introductions.forEach((prefix, text) -> all.put(store(prefix), text));
        return all;
    }

    static boolean takesPart(ClusterNode node, String prefix) {
        return node.attribute(membership(prefix)) != null;
    }

    /** The prefixes a node takes part in. */
    static Iterable<String> prefixes(ClusterNode node) {
        return node.attributes().keySet().stream()
                .filter(name -> name.startsWith(PREFIX) && name.endsWith("/"))
                .map(name -> name.substring(PREFIX.length()))
                .sorted()
                .toList();
    }

    /** The value of an attribute as text, empty when the node has none. */
    static String text(ClusterNode node, String name) {
        Object value = node.attribute(name);
        return value == null ? "" : value.toString();
    }
}
