package io.durableserver.benchmarks.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A small file system in memory. Needs root. */
final class SmallDisk implements AutoCloseable {
    private static final int MIB = 256;

    private final Path directory;
    private boolean closed;

    private SmallDisk(Path directory) {
        this.directory = directory;
    }

    /** Why there can be none here, if so. */
    static Optional<String> missing() {
        return Shell.isRoot() ? Optional.empty() : Optional.of("needs root, to mount a small file system");
    }

    static SmallDisk mount(Path directory) throws IOException {
        Files.createDirectories(directory);
        Shell.run("mount", "-t", "tmpfs", "-o", "size=" + MIB + "m", "tmpfs", directory.toString());
        SmallDisk mounted = new SmallDisk(directory);
        // Ctrl-C runs no finally.
        Runtime.getRuntime().addShutdownHook(new Thread(mounted::close, "disk"));
        return mounted;
    }

    /** Leaves not a byte. */
    void fill() {
        byte[] block = new byte[64 << 10];
        try (OutputStream ballast = Files.newOutputStream(ballast())) {
            while (directory.toFile().getUsableSpace() > 0) {
                ballast.write(block);
            }
        } catch (IOException full) {
            if (directory.toFile().getUsableSpace() > 0) {
                throw new UncheckedIOException(full);
            }
        }
    }

    void free() {
        try {
            Files.deleteIfExists(ballast());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path ballast() {
        return directory.resolve("ballast");
    }

    /** Takes it away, as soon as no process uses it. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            Shell.run("umount", "--lazy", directory.toString());
        }
    }
}
