package io.durableserver.backend.mirror;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Records as the runtime writes them, as far as the mirror looks at them. */
public final class Samples {
    private static final Pattern COUNT = Pattern.compile("\"count\":(\\d+)");
    private static final Pattern EPOCH = Pattern.compile("\"epoch\":(\\d+)");

    private Samples() {}

    public static byte[] server(long epoch, long writes, long count, String by) {
        return server("running", epoch, writes, count, by);
    }

    public static byte[] server(String status, long epoch, long writes, long count, String by) {
        return """
                {"format":1,"kind":"server","type":"counter","schema":1,"status":"%s",\
                "owner":{"node":"%s","incarnation":"i1"},"epoch":%d,"writes":%d,"writtenAt":1767225600000,\
                "permanent":false,"metadata":{},"codec":"json","state":{"count":%d},"crc32c":"00000000"}""".formatted(status, by, epoch, writes, count).getBytes(StandardCharsets.UTF_8);
    }

    public static long count(byte[] record) {
        return number(COUNT, record);
    }

    public static long epoch(byte[] record) {
        return number(EPOCH, record);
    }

    private static long number(Pattern pattern, byte[] record) {
        Matcher matcher = pattern.matcher(new String(record, StandardCharsets.UTF_8));
        if (!matcher.find()) {
            throw new AssertionError("No number in the record");
        }
        return Long.parseLong(matcher.group(1));
    }
}
