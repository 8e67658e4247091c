package io.durableserver.runtime.persistence;

/**
 * What the store has of a server, as its type of now encodes it. Thread-safe: writes end on any thread, while the server's own
 * thread may replace the type.
 */
public final class StoredBytes {
    private Fingerprint bytes = Fingerprint.NONE;
    /** What this activation encoded of the live state last, and stored: the bytes it was loaded from may differ from these. */
    private Fingerprint own = Fingerprint.NONE;
    /** How often the type was replaced: a write of the type before says nothing of this one. */
    private int upgrades;

    /** These were in the store when the server started. */
    synchronized void found(Fingerprint loaded) {
        bytes = loaded;
    }

    /** These are in the store, encoded by the type after so many upgrades. */
    synchronized void has(Fingerprint written, int by) {
        if (by == upgrades) {
            bytes = written;
            own = written;
        }
    }

    /** The type was replaced: nothing is known to be stored as it encodes. */
    synchronized void upgraded() {
        upgrades++;
        bytes = Fingerprint.NONE;
        own = Fingerprint.NONE;
    }

    /** The live state may have changed in place. */
    public synchronized void touched() {
        own = Fingerprint.NONE;
    }

    synchronized Fingerprint bytes() {
        return bytes;
    }

    synchronized Fingerprint own() {
        return own;
    }

    synchronized int upgrades() {
        return upgrades;
    }
}
