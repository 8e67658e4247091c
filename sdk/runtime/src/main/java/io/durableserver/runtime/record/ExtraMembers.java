package io.durableserver.runtime.record;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The members of a stored object that this release does not know, as the bytes they were written as: those of the object itself,
 * and those of the session in it. They were put there by a later release, so each rewrite of the object keeps them.
 */
public final class ExtraMembers {
    /** None, as in all objects that this release makes. */
    public static final ExtraMembers NONE = new ExtraMembers(new byte[0], new byte[0]);

    /** Each member after a comma: {@code ,"name":value}. */
    private final byte[] top;

    private final byte[] session;

    private ExtraMembers(byte[] top, byte[] session) {
        this.top = top;
        this.session = session;
    }

    static ExtraMembers of(byte[] top, byte[] session) {
        return top.length + session.length == 0 ? NONE : new ExtraMembers(top, session);
    }

    /** How many bytes they add to the object. */
    public int size() {
        return top.length + session.length;
    }

    byte[] top() {
        return top;
    }

    byte[] session() {
        return session;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ExtraMembers that
                && Arrays.equals(top, that.top)
                && Arrays.equals(session, that.session);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(top) + Arrays.hashCode(session);
    }

    /** Their size only: they may be secret (P9). */
    @Override
    public String toString() {
        return size() + " bytes";
    }
}
