package io.durableserver.backend.mirror.control;

/**
 * The marker of an open handle, in the authoritative store: no handle writes without one.
 *
 * @param handle the handle, {@code node/incarnation/number}
 * @param revision the newest revision of the rollout it has seen
 * @param drained in a pause: whether it has nothing on its way any more and will not write before the pause is over
 * @param lost how many times it gave up to mirror a key; only a comparison of the stores finds those
 * @param pending keys it still has to mirror
 * @param extra its members that this release does not know, each after a comma
 */
public record MarkerRecord(String handle, long revision, boolean drained, long lost, int pending, String extra) {
    /** A marker of this release. */
    public MarkerRecord(String handle, long revision, boolean drained, long lost, int pending) {
        this(handle, revision, drained, lost, pending, "");
    }

    /** The same, written over another. */
    MarkerRecord over(MarkerRecord before) {
        return new MarkerRecord(handle, revision, drained, lost, pending, before.extra);
    }
}
