package io.durableserver.s3test;

/** What a request does. */
public enum Operation {
    /** Reads an object; see {@link Counts#notModified} for those that moved no body. */
    GET,
    /** Reads an object's metadata. */
    HEAD,
    /** Writes an object. */
    PUT,
    /** Removes an object. */
    DELETE,
    /** Lists objects. */
    LIST,
    /** Anything about buckets, and whatever else there is. */
    OTHER
}
