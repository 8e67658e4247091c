package io.durableserver.runtime.codec;

import com.fasterxml.jackson.databind.JavaType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Which members the encoded form of a type has, as the reader of the type sees it. Parts are resolved when they are needed. */
sealed interface Layout {
    /** What the reader makes of it is its own affair: a scalar, or a class with a reader of its own. */
    record Opaque() implements Layout {
        static final Opaque INSTANCE = new Opaque();
    }

    /** A list, a set or an array. */
    record Elements(Supplier<Layout> each) implements Layout {}

    /** A map: its names are data. */
    record Entries(Supplier<Layout> each) implements Layout {}

    /**
     * An object that says its class by a tag.
     *
     * @param property the name of the tag
     * @param byTag the layout of a tag's class; null for an unknown tag
     * @param untagged the layout without a tag; null where there must be one
     * @param oneClass whether only one class can stand here
     */
    record Tagged(
            String property,
            Function<String, @Nullable Layout> byTag,
            @Nullable Supplier<Layout> untagged,
            boolean oneClass)
            implements Layout {}

    /** A record or another class with named members. */
    final class Members implements Layout {
        private final List<Member> all = new ArrayList<>();
        private final Map<String, Member> byName = new HashMap<>();
        private final Set<String> ignored;
        private final boolean takesAny;

        /**
         * No members yet.
         *
         * @param ignored names that the reader skips, because the class says so or because its own writer derives them
         * @param takesAny whether the class takes or ignores every name
         */
        Members(Set<String> ignored, boolean takesAny) {
            this.ignored = ignored;
            this.takesAny = takesAny;
        }

        void add(Member member, List<String> aliases) {
            all.add(member);
            byName.put(member.name, member);
            aliases.forEach(alias -> byName.putIfAbsent(alias, member));
        }

        List<Member> all() {
            return all;
        }

        @Nullable
        Member find(String name) {
            return byName.get(name);
        }

        boolean skips(String name) {
            return takesAny || ignored.contains(name);
        }
    }

    /**
     * One member.
     *
     * @param index its number in its class
     * @param name its name
     * @param type its type
     * @param absence what it means when it is not there
     * @param layout the layout of its value
     */
    record Member(int index, String name, JavaType type, Absence absence, Supplier<Layout> layout) {}

    /** What it means that a member is not there. */
    enum Absence {
        /** The record was written by another class. */
        REFUSED,
        /** The class declares it as optional. */
        ALLOWED,
        /** A collection of a constructor: an empty one is read. */
        EMPTY_ARRAY,
        /** A map of a constructor: an empty one is read. */
        EMPTY_OBJECT,
        /** The writer of the class never writes it. */
        NOT_WRITTEN;

        /** Whether the class says that the member may be missing. */
        boolean isDeclared() {
            return this == ALLOWED || this == EMPTY_ARRAY || this == EMPTY_OBJECT;
        }
    }
}
