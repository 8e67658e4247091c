package io.durableserver.s3test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 message, as far as a proxy of an S3 client needs it.
 *
 * @param start the first line
 * @param headers names in lower case; of two with one name the last
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
record HttpMessage(String start, Map<String, String> headers, byte[] body) {
    private static final int MAX_HEAD_BYTES = 128 << 10;

    /** The next message; null where the connection ends before it. An answer without a length goes to its end. */
    static @Nullable HttpMessage read(InputStream in, boolean answer) throws IOException {
        String start = line(in);
        if (start == null) {
            return null;
        }
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line = line(in); line != null && !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).trim());
        }
        if ("100-continue".equalsIgnoreCase(headers.get("expect"))) {
            throw new IOException("Expect is not understood here");
        }
        return new HttpMessage(start, headers, body(in, start, headers, answer));
    }

    private static byte[] body(InputStream in, String start, Map<String, String> headers, boolean answer)
            throws IOException {
        if (answer && (status(start) == 304 || status(start) == 204)) {
            return new byte[0];
        }
        if ("chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
            return chunks(in);
        }
        String length = headers.get("content-length");
        if (length != null) {
            return in.readNBytes(Integer.parseInt(length));
        }
        return answer ? in.readAllBytes() : new byte[0];
    }

    private static byte[] chunks(InputStream in) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (true) {
            String size = line(in);
            if (size == null) {
                throw new IOException("The chunks break off");
            }
            int bytes = Integer.parseInt(size.trim(), 16);
            all.write(in.readNBytes(bytes));
            line(in);
            if (bytes == 0) {
                return all.toByteArray();
            }
        }
    }

    private static @Nullable String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                return null;
            }
            if (line.size() > MAX_HEAD_BYTES) {
                throw new IOException("A line is too long");
            }
            line.write(next);
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    private static int status(String start) {
        return Integer.parseInt(start.split(" ", 3)[1]);
    }

    SeenRequest seen() {
        String[] words = start.split(" ", 3);
        String path = words[1].split("\\?", 2)[0];
        return new SeenRequest(
                RequestLine.operation(words[0], path),
                RequestLine.bucket(path),
                RequestLine.key(path),
                Optional.ofNullable(headers.get("if-match")),
                Optional.ofNullable(headers.get("if-none-match")),
                Optional.ofNullable(headers.get("x-tigris-consistent")));
    }

    boolean isHead() {
        return start.startsWith("HEAD ");
    }

    /** The message as it came, but for one exchange only. */
    byte[] forwarded() {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put("connection", "close");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(head(start, all));
        bytes.writeBytes(body);
        return bytes.toByteArray();
    }

    Answer answer() {
        Map<String, String> kept = new LinkedHashMap<>(headers);
        kept.keySet().removeAll(java.util.Set.of("content-length", "transfer-encoding", "connection"));
        return new Answer(status(start), kept, body);
    }

    static void write(OutputStream out, Answer answer, boolean head) throws IOException {
        boolean silent = head || answer.status() == 304 || answer.status() == 204;
        out.write(head("HTTP/1.1 " + answer.status() + " -", sized(answer)));
        if (!silent) {
            out.write(answer.body());
        }
        out.flush();
    }

    /** The head, which promises the whole body, and half of it. */
    static void writeHalf(OutputStream out, Answer answer) throws IOException {
        out.write(head("HTTP/1.1 " + answer.status() + " -", sized(answer)));
        out.write(answer.body(), 0, answer.body().length / 2);
        out.flush();
    }

    private static Map<String, String> sized(Answer answer) {
        Map<String, String> all = new LinkedHashMap<>(answer.headers());
        if (answer.status() != 304 && answer.status() != 204) {
            all.put("content-length", String.valueOf(answer.body().length));
        }
        return all;
    }

    private static byte[] head(String start, Map<String, String> headers) {
        StringBuilder head = new StringBuilder(start).append("\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
