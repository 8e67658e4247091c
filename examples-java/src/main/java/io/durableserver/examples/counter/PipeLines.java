package io.durableserver.examples.counter;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Lines out of a pipe. A last line without its end is dropped, for the process was killed while it wrote it. */
final class PipeLines {
    private PipeLines() {}

    /** Hands on line by line; returns when the other end of the pipe is closed. */
    static void read(InputStream pipe, Consumer<String> lines) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        byte[] chunk = new byte[8_192];
        for (int length = pipe.read(chunk); length >= 0; length = pipe.read(chunk)) {
            for (int i = 0; i < length; i++) {
                if (chunk[i] == '\n') {
                    lines.accept(line.toString(StandardCharsets.UTF_8));
                    line.reset();
                } else {
                    line.write(chunk[i]);
                }
            }
        }
    }
}
