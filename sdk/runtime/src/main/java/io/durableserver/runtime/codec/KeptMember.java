package io.durableserver.runtime.codec;

import java.util.List;

/**
 * A member of a stored state that this node does not know and keeps, because the record says that it is optional.
 *
 * @param path the names of the objects it lies in, and its own
 * @param value the text of its value, as it was stored; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record KeptMember(List<String> path, byte[] value) {
    public KeptMember {
        path = List.copyOf(path);
    }

    /** The path as records write it. */
    public String name() {
        return MemberPath.join(path);
    }
}
