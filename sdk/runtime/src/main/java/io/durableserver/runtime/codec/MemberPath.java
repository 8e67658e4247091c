package io.durableserver.runtime.codec;

import java.util.ArrayList;
import java.util.List;

/** Paths of members as records write them: names joined by dots; a dot in a name is {@code ~1}, a tilde {@code ~0}. */
final class MemberPath {
    private MemberPath() {}

    static String join(List<String> names) {
        List<String> escaped = new ArrayList<>(names.size());
        for (String name : names) {
            escaped.add(name.replace("~", "~0").replace(".", "~1"));
        }
        return String.join(".", escaped);
    }
}
