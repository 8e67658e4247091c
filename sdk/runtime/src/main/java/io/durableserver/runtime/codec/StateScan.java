package io.durableserver.runtime.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Goes once through the bytes of a state beside the layout of its class, and finds what does not fit: members that are missing,
 * and members the class does not know.
 */
final class StateScan {
    private static final byte[] EMPTY_ARRAY = "[]".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] EMPTY_OBJECT = "{}".getBytes(StandardCharsets.US_ASCII);

    /** What is found. Missing members come first: where both are, a member was renamed, and the new name says more. */
    @Nullable
    String missing;

    /** An unknown member that cannot be kept where it stands. */
    @Nullable
    String unkeepable;

    /** Unknown members that could be kept. */
    final List<KeptMember> unknown = new ArrayList<>();

    /** Empty collections to read in place of missing ones. */
    final Splice filled = new Splice();

    private final byte[] bytes;
    private final boolean isText;
    private final Deque<String> path = new ArrayDeque<>();
    /** Elements, entries, objects of one of several classes: later it could not be seen whether they are still the same. */
    private int unsteady;
    /** Inside a copy of tokens, which have no place in the bytes. */
    private int copied;

    /**
     * A scan that has not begun.
     *
     * @param isText whether the bytes are JSON text, which members can be cut out of
     */
    StateScan(byte[] bytes, boolean isText) {
        this.bytes = bytes;
        this.isText = isText;
    }

    /** Scans the value the parser stands on; leaves it on its last token. */
    void value(JsonParser parser, Layout layout) throws IOException {
        if (layout instanceof Layout.Elements elements) {
            elements(parser, elements);
        } else if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
        } else if (layout instanceof Layout.Members members) {
            parser.nextToken();
            members(parser, members, null);
        } else if (layout instanceof Layout.Entries entries) {
            unsteady++;
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                parser.nextToken();
                under("*", parser, entries.each().get());
            }
            unsteady--;
        } else if (layout instanceof Layout.Tagged tagged) {
            tagged(parser, tagged);
        } else {
            parser.skipChildren();
        }
    }

    /** A list of elements; or what an optional holds, which stands there without brackets. */
    private void elements(JsonParser parser, Layout.Elements elements) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            value(parser, elements.each().get());
            return;
        }
        unsteady++;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            under("*", parser, elements.each().get());
        }
        unsteady--;
    }

    private void under(String name, JsonParser parser, Layout layout) throws IOException {
        path.addLast(name);
        value(parser, layout);
        path.removeLast();
    }

    /** The members of an object; the parser stands on the first name, or on the end. */
    private void members(JsonParser parser, Layout.Members layout, @Nullable String tag) throws IOException {
        BitSet seen = new BitSet();
        boolean isEmpty = tag == null;
        for (; parser.currentToken() == JsonToken.FIELD_NAME; parser.nextToken()) {
            isEmpty = false;
            String name = parser.currentName();
            parser.nextToken();
            Layout.Member member = layout.find(name);
            if (member != null) {
                seen.set(member.index());
                under(name, parser, member.layout().get());
            } else if (layout.skips(name) || name.equals(tag)) {
                parser.skipChildren();
            } else {
                unknown(parser, name);
            }
        }
        for (Layout.Member member : layout.all()) {
            if (!seen.get(member.index()) && !member.name().equals(tag)) {
                isEmpty &= !absent(parser, member, isEmpty);
            }
        }
    }

    /** A member that is not there; whether something was put in its place. */
    private boolean absent(JsonParser parser, Layout.Member member, boolean first) {
        return switch (member.absence()) {
            case REFUSED -> {
                missing = missing == null ? at(member.name()) : missing;
                yield false;
            }
            case EMPTY_ARRAY -> fill(parser, member, first, EMPTY_ARRAY);
            case EMPTY_OBJECT -> fill(parser, member, first, EMPTY_OBJECT);
            // The reader makes of it what the class says.
            case ALLOWED, NOT_WRITTEN -> false;
        };
    }

    private boolean fill(JsonParser parser, Layout.Member member, boolean first, byte[] empty) {
        if (!isText || copied > 0) {
            return false;
        }
        filled.member(parser.currentTokenLocation().getByteOffset(), first, quoted(member.name()), empty);
        return true;
    }

    private void unknown(JsonParser parser, String name) throws IOException {
        if (!isText || copied > 0 || unsteady > 0) {
            if (unkeepable == null) {
                unkeepable = at(name);
            }
            parser.skipChildren();
            return;
        }
        long start = parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        parser.finishToken();
        long end = parser.currentLocation().getByteOffset();
        List<String> names = new ArrayList<>(path);
        names.add(name);
        unknown.add(new KeptMember(names, Arrays.copyOfRange(bytes, Math.toIntExact(start), Math.toIntExact(end))));
    }

    private void tagged(JsonParser parser, Layout.Tagged tagged) throws IOException {
        JsonToken first = parser.nextToken();
        if (first == JsonToken.FIELD_NAME && parser.currentName().equals(tagged.property())) {
            parser.nextToken();
            Layout layout = tagged.byTag().apply(parser.getText());
            parser.nextToken();
            rest(parser, tagged, layout);
        } else if (tagged.oneClass()) {
            rest(
                    parser,
                    tagged,
                    tagged.untagged() == null ? null : tagged.untagged().get());
        } else {
            later(parser, tagged);
        }
    }

    /** The members beside a tag; the parser stands on the next name, or on the end. */
    private void rest(JsonParser parser, Layout.Tagged tagged, @Nullable Layout layout) throws IOException {
        unsteady += tagged.oneClass() ? 0 : 1;
        if (layout instanceof Layout.Members members) {
            members(parser, members, tagged.property());
        } else {
            if (layout == null && unkeepable == null) {
                unkeepable = at(tagged.property());
            }
            while (parser.currentToken() == JsonToken.FIELD_NAME) {
                parser.nextToken();
                parser.skipChildren();
                parser.nextToken();
            }
        }
        unsteady -= tagged.oneClass() ? 0 : 1;
    }

    /** A tag that does not come first: another program wrote or sorted it. The tokens are copied to look for it. */
    private void later(JsonParser parser, Layout.Tagged tagged) throws IOException {
        Layout layout = tagged.untagged() == null ? null : tagged.untagged().get();
        try (TokenBuffer copy = new TokenBuffer(parser)) {
            copy.writeStartObject();
            for (; parser.currentToken() == JsonToken.FIELD_NAME; parser.nextToken()) {
                String name = parser.currentName();
                copy.writeFieldName(name);
                parser.nextToken();
                if (name.equals(tagged.property())) {
                    layout = tagged.byTag().apply(parser.getText());
                }
                copy.copyCurrentStructure(parser);
            }
            copy.writeEndObject();
            try (JsonParser again = copy.asParser(parser)) {
                again.nextToken();
                again.nextToken();
                copied++;
                rest(again, tagged, layout);
                copied--;
            }
        }
    }

    private String at(String name) {
        List<String> names = new ArrayList<>(path);
        names.add(name);
        return String.join(".", names);
    }

    static byte[] quoted(String name) {
        byte[] text = JsonStringEncoder.getInstance().quoteAsUTF8(name);
        byte[] quoted = new byte[text.length + 2];
        quoted[0] = '"';
        System.arraycopy(text, 0, quoted, 1, text.length);
        quoted[quoted.length - 1] = '"';
        return quoted;
    }
}
