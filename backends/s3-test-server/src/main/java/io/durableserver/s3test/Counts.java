package io.durableserver.s3test;

/**
 * Requests a server has answered, or broken off.
 *
 * @param get reads of objects, those without a body included
 * @param notModified reads answered with 304: they moved no body
 * @param head reads of metadata
 * @param put writes of objects
 * @param delete removals of objects
 * @param list listings of objects
 * @param other everything else
 * @param bytesIn bytes of request bodies
 * @param bytesOut bytes of response bodies
 */
public record Counts(
        long get,
        long notModified,
        long head,
        long put,
        long delete,
        long list,
        long other,
        long bytesIn,
        long bytesOut) {
    /** All requests. */
    public long total() {
        return get + head + put + delete + list + other;
    }

    /** What was counted since an earlier count. */
    public Counts since(Counts before) {
        return new Counts(
                get - before.get,
                notModified - before.notModified,
                head - before.head,
                put - before.put,
                delete - before.delete,
                list - before.list,
                other - before.other,
                bytesIn - before.bytesIn,
                bytesOut - before.bytesOut);
    }
}
