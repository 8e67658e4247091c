package io.durableserver.backend.s3;

/** How objects are compressed. Whatever is chosen, the others are read too. */
public enum S3Compression {
    /** Not at all: readable with any S3 client as it is. */
    NONE,
    /** gzip, with the JDK. */
    GZIP,
    /** Zstandard; needs {@code com.github.luben:zstd-jni} on the class path of every node. */
    ZSTD
}
