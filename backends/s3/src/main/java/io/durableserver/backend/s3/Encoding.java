package io.durableserver.backend.s3;

import io.durableserver.ConfigurationException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * How objects are compressed. What they are compressed with is seen from how they begin: a header may be lost on the way, or
 * be added, and a record must not be another one for it.
 */
final class Encoding {
    private static final String ZSTD_LIBRARY = "com.github.luben:zstd-jni";
    private static final String ZSTD_CLASS = "com.github.luben.zstd.ZstdInputStream";
    private static final byte[] GZIP_START = {0x1f, (byte) 0x8b};
    private static final byte[] ZSTD_START = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd};

    private Encoding() {}

    /** A body as it is sent. */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    record Encoded(byte[] bytes, Optional<String> encoding) {}

    /** The object may be well; this node cannot tell. */
    static final class MissingLibrary extends IOException {
        private static final long serialVersionUID = 1L;

        final transient String library;

        MissingLibrary(String encoding, String library) {
            super("compressed with " + encoding + ": add " + library + " to the class path");
            this.library = library;
        }
    }

    /** Throws where the library for it is missing. */
    static void check(S3Compression compression) {
        if (compression == S3Compression.ZSTD && !zstdPresent()) {
            throw new ConfigurationException(
                    ConfigurationException.Reason.INVALID_OPTION,
                    "Zstandard needs the library " + ZSTD_LIBRARY + " on the class path",
                    Map.of("option", "s3.compression", "value", compression));
        }
    }

    /** Compresses a body of at least this size, unless that makes it longer. */
    static Encoded encode(byte[] body, S3Compression compression, int aboveBytes) {
        if (compression == S3Compression.NONE || body.length < aboveBytes) {
            return new Encoded(body, Optional.empty());
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(body.length / 4 + 64);
        try (OutputStream compressing = compression == S3Compression.GZIP ? new GZIPOutputStream(out) : Zstd.out(out)) {
            compressing.write(body);
        } catch (IOException impossible) {
            throw new UncheckedIOException("Memory does not fail", impossible);
        }
        return out.size() < body.length
                ? new Encoded(out.toByteArray(), Optional.of(compression.name().toLowerCase(Locale.ROOT)))
                : new Encoded(body, Optional.empty());
    }

    /**
     * The body behind its compression. One this class does not know is left as it is: the object is not ours.
     *
     * @throws IOException where it cannot be decompressed, or comes out longer than the bound
     */
    static byte[] decode(byte[] bytes, int maxBytes) throws IOException {
        if (startsWith(bytes, GZIP_START)) {
            return bounded(new GZIPInputStream(new ByteArrayInputStream(bytes)), maxBytes);
        }
        if (!startsWith(bytes, ZSTD_START)) {
            return bytes;
        }
        if (!zstdPresent()) {
            throw new MissingLibrary("zstd", ZSTD_LIBRARY);
        }
        return bounded(Zstd.in(new ByteArrayInputStream(bytes)), maxBytes);
    }

    private static boolean startsWith(byte[] bytes, byte[] start) {
        return bytes.length >= start.length && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
    }

    private static byte[] bounded(InputStream in, int maxBytes) throws IOException {
        try (in) {
            byte[] body = in.readNBytes(maxBytes + 1);
            if (body.length > maxBytes) {
                throw new IOException("longer than a record may be when decompressed");
            }
            return body;
        }
    }

    private static boolean zstdPresent() {
        try {
            Class.forName(ZSTD_CLASS, false, Encoding.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException missing) {
            return false;
        }
    }

    /** Loaded only where the library is there. */
    private static final class Zstd {
        static OutputStream out(OutputStream out) throws IOException {
            return new com.github.luben.zstd.ZstdOutputStream(out);
        }

        static InputStream in(InputStream in) throws IOException {
            return new com.github.luben.zstd.ZstdInputStream(in);
        }
    }
}
