package io.durableserver.examples.stores;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A file system in memory that can be full. Needs root, and Linux. */
final class SmallDisk implements AutoCloseable {
    private final Path directory;

    private SmallDisk(Path directory) {
        this.directory = directory;
    }

    /** Whether there can be one here. */
    static boolean possible() {
        return System.getProperty("os.name").equals("Linux")
                && System.getProperty("user.name").equals("root");
    }

    static SmallDisk mount(Path directory, int mebibytes) throws IOException {
        Files.createDirectories(directory);
        run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs", directory.toString());
        return new SmallDisk(directory);
    }

    /** Leaves not a byte. */
    void fill() throws IOException {
        byte[] block = new byte[64 << 10];
        try (OutputStream ballast = Files.newOutputStream(directory.resolve("ballast"))) {
            while (directory.toFile().getUsableSpace() > 0) {
                ballast.write(block);
            }
        } catch (IOException full) {
            if (directory.toFile().getUsableSpace() > 0) {
                throw full;
            }
        }
    }

    void free() throws IOException {
        Files.deleteIfExists(directory.resolve("ballast"));
    }

    @Override
    public void close() {
        run("umount", "--lazy", directory.toString());
    }

    private static void run(String... command) {
        try {
            Process process = new ProcessBuilder(List.of(command)).inheritIO().start();
            if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + " failed");
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
