package io.durableserver.ignite.join;

import java.util.LinkedHashMap;
import java.util.Map;

/** The list of types in a node attribute: {@code name:version,name:version}. */
final class TypeVersions {
    private TypeVersions() {}

    static Map<String, String> parse(String text) {
        Map<String, String> versions = new LinkedHashMap<>();
        for (String item : text.split(",", -1)) {
            int colon = item.lastIndexOf(':');
            if (colon > 0) {
                versions.put(item.substring(0, colon), item.substring(colon + 1));
            }
        }
        return versions;
    }
}
