package io.durableserver.runtime.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.durableserver.Codec;
import java.io.IOException;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads states strictly: a missing or an unknown member is an error, unless it is declared as optional. Messages
 * are read by the codec itself, which is tolerant. Thread-safe.
 */
public final class StateReader {
    /** How deep optional members are looked for, and how many are named: records stay small. */
    private static final int MAX_DEPTH = 8;

    private static final int MAX_NAMES = 500;

    /** Codecs are made by programs, not from data: these are few. */
    private static final Map<JacksonCodec, StateReader> OF_CODECS = new ConcurrentHashMap<>();

    private final JacksonCodec codec;
    private final boolean isText;
    private final ObjectMapper mapper;
    private final Layouts layouts;
    private final Map<Type, List<String>> optional = new ConcurrentHashMap<>();

    private StateReader(JacksonCodec codec, boolean isText) {
        this.codec = codec;
        this.isText = isText;
        this.mapper = codec.ownMapper();
        this.layouts = new Layouts(mapper);
    }

    /** The strict reader of a codec; null for a codec of the application, which has its own rules. */
    public static @Nullable StateReader of(Codec codec) {
        if (!(codec instanceof JacksonCodec jackson)) {
            return null;
        }
        StateReader known = OF_CODECS.get(jackson);
        return known != null
                ? known
                : OF_CODECS.computeIfAbsent(jackson, made -> new StateReader(made, made instanceof JsonCodec));
    }

    /** A state, and the members beside it that are kept. */
    record Read(@Nullable Object value, List<KeptMember> kept) {}

    /** The bytes do not fit the class. */
    static final class Misfit extends Exception {
        private static final long serialVersionUID = 1L;
        final String problem;
        final String path;

        Misfit(String problem, String path) {
            super(problem);
            this.problem = problem;
            this.path = path;
        }
    }

    /**
     * Reads a state as a value of this class.
     *
     * @param declared the paths of members the record says are optional
     * @throws io.durableserver.ConfigurationException when the codec cannot read it
     */
    Read read(byte[] bytes, Type type, Set<String> declared) throws Misfit {
        StateScan scan = new StateScan(bytes, isText);
        try (JsonParser parser = mapper.createParser(bytes)) {
            parser.nextToken();
            scan.value(parser, layouts.of(mapper.constructType(type)));
        } catch (IOException unreadable) {
            // The codec meets the same, and says so.
            return new Read(codec.decode(bytes, type), List.of());
        }
        if (scan.missing != null) {
            throw new Misfit("a member of the class is missing", scan.missing);
        }
        if (scan.unkeepable != null) {
            throw new Misfit("a member is not known to the class", scan.unkeepable);
        }
        for (KeptMember member : scan.unknown) {
            if (!declared.contains(member.name())) {
                throw new Misfit("a member is not known to the class", member.name());
            }
        }
        byte[] whole = scan.filled.isEmpty() ? bytes : scan.filled.into(bytes);
        return new Read(codec.decode(whole, type), scan.unknown);
    }

    /**
     * The members that a class declares as optional, and that an older reader may therefore keep: sorted paths through records
     * and other classes with members, up to 8 deep and 500 in number; none inside elements, entries and tagged objects.
     */
    public List<String> optionalMembers(Type type) {
        if (!isText) {
            return List.of();
        }
        List<String> known = optional.get(type);
        if (known == null) {
            Set<String> names = new TreeSet<>();
            collect(layouts.of(mapper.constructType(type)), List.of(), names, new HashSet<>());
            known = List.copyOf(names);
            optional.put(type, known);
        }
        return known;
    }

    private static void collect(Layout layout, List<String> path, Set<String> names, Set<Layout> above) {
        Layout.Members members = steady(layout);
        if (members == null || path.size() >= MAX_DEPTH || !above.add(members)) {
            return;
        }
        for (Layout.Member member : members.all()) {
            List<String> here = new ArrayList<>(path);
            here.add(member.name());
            if (member.absence().isDeclared() && names.size() < MAX_NAMES) {
                names.add(MemberPath.join(here));
            }
            if (member.type().isReferenceType() || !member.type().isContainerType()) {
                collect(member.layout().get(), here, names, above);
            }
        }
        above.remove(members);
    }

    /** The members of an object that can be of one class only. */
    private static Layout.@Nullable Members steady(Layout layout) {
        if (layout instanceof Layout.Members members) {
            return members;
        }
        if (layout instanceof Layout.Elements reference) {
            return steady(reference.each().get());
        }
        return layout instanceof Layout.Tagged tagged && tagged.oneClass() && tagged.untagged() != null
                ? steady(tagged.untagged().get())
                : null;
    }

    /**
     * Puts kept members into a newly encoded state, word for word. One whose object is gone goes with it, and one that the state
     * has meanwhile gives way.
     */
    public byte[] merge(byte[] state, Collection<KeptMember> kept) {
        if (!isText || kept.isEmpty()) {
            return state;
        }
        Splice splice = new Splice();
        try (JsonParser parser = mapper.createParser(state)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                merge(parser, new ArrayList<>(), kept, splice);
            }
        } catch (IOException impossible) {
            throw new IllegalStateException("Our own JSON cannot be read", impossible);
        }
        return splice.into(state);
    }

    private static void merge(JsonParser parser, List<String> here, Collection<KeptMember> kept, Splice splice)
            throws IOException {
        Set<String> present = new HashSet<>();
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            present.add(name);
            List<String> path = new ArrayList<>(here);
            path.add(name);
            boolean above = parser.nextToken() == JsonToken.START_OBJECT
                    && kept.stream().anyMatch(member -> isUnder(member.path(), path));
            if (above) {
                merge(parser, path, kept, splice);
            } else {
                parser.skipChildren();
            }
        }
        boolean first = present.isEmpty();
        for (KeptMember member : kept) {
            String name = member.path().get(member.path().size() - 1);
            boolean direct = member.path().size() == here.size() + 1 && isUnder(member.path(), here);
            if (direct && present.add(name)) {
                long end = parser.currentTokenLocation().getByteOffset();
                splice.member(end, first, StateScan.quoted(name), member.value());
                first = false;
            }
        }
    }

    private static boolean isUnder(List<String> path, List<String> objects) {
        return path.size() > objects.size() && path.subList(0, objects.size()).equals(objects);
    }
}
