package io.durableserver.runtime.turn;

import io.durableserver.runtime.codec.KeptMember;
import java.util.List;

/**
 * What one server carries from the record it was loaded from to the records it writes, beside its state: members that it does not
 * know and keeps, and the names of those that are optional. Belongs to the server's own thread.
 */
public final class Carried {
    private int version;
    private List<KeptMember> kept = List.of();
    private List<String> optional = List.of();
    private int recordBytes;

    /** The members of the state that was encoded last, or loaded, that may be missing and may be kept: sorted paths. */
    public List<String> optional() {
        return optional;
    }

    /** The record has members that this release does not know, of so many bytes. */
    public void inRecord(int bytes) {
        recordBytes = bytes;
    }

    /** How many bytes of the record are taken beside its state. */
    int inRecord() {
        return recordBytes;
    }

    /** A state was loaded. */
    void loaded(int schemaVersion, List<KeptMember> unknown, List<String> optionalMembers) {
        version = schemaVersion;
        kept = unknown;
        optional = optionalMembers;
    }

    /** A state was encoded. */
    void encoded(List<String> optionalMembers) {
        optional = optionalMembers;
    }

    /** The type of a running server was replaced by a newer version, and its live state carried over: what is kept stays. */
    public void upgraded(int from, int to) {
        if (version == from) {
            version = to;
        }
    }

    /** What goes into a state of this version. A newer version of the type has migrated, and knows what it wants. */
    List<KeptMember> kept(int schemaVersion) {
        return version == schemaVersion ? kept : List.of();
    }
}
