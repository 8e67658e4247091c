package io.durableserver.examples.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads the project's pages and sources. */
final class Docs {
    static final Path ROOT = root();

    private static final Pattern BLOCK = Pattern.compile("(?ms)^```([^\\n]*)\\n(.*?)^```$");

    private Docs() {}

    /**
     * A fenced block.
     *
     * @param info what stands behind the opening fence
     */
    record Block(String info, String text) {}

    private static Path root() {
        Path at = Path.of("").toAbsolutePath();
        while (at != null && !Files.isDirectory(at.resolve(".mvn"))) {
            at = at.getParent();
        }
        if (at == null) {
            throw new IllegalStateException(
                    "Not inside the project: " + Path.of("").toAbsolutePath());
        }
        return at;
    }

    static String read(String path) {
        try {
            return Files.readString(ROOT.resolve(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Block> blocks(String page) {
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(read(page));
        while (matcher.find()) {
            blocks.add(new Block(matcher.group(1), matcher.group(2)));
        }
        return blocks;
    }

    /** The only block with this info. */
    static String block(String page, String info) {
        List<String> found = blocks(page).stream()
                .filter(block -> block.info().equals(info))
                .map(Block::text)
                .toList();
        if (found.size() != 1) {
            throw new AssertionError(page + " has " + found.size() + " blocks ```" + info);
        }
        return found.get(0);
    }

    /** The page without its fenced blocks. */
    static String prose(String page) {
        return BLOCK.matcher(read(page)).replaceAll("");
    }

    /** Lines between the marks {@code readme: name} and {@code readme: end} of a source, moved to the left margin. */
    static String region(String path, String name) {
        List<String> lines = new ArrayList<>();
        boolean inside = false;
        for (String line : read(path).lines().toList()) {
            if (line.strip().equals("// readme: end")) {
                inside = false;
            }
            if (inside) {
                lines.add(line);
            }
            inside |= line.strip().equals("// readme: " + name);
        }
        return String.join("\n", lines).stripIndent().strip();
    }

    /** All pages of the project, by their paths in it. */
    static List<String> pages() {
        return files(".md").stream()
                .map(page -> ROOT.relativize(page).toString())
                .sorted()
                .toList();
    }

    /** All sources of the project, in Java and in Kotlin. */
    static List<Path> sources() {
        return Stream.concat(files(".java").stream(), files(".kt").stream()).toList();
    }

    private static List<Path> files(String end) {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().endsWith(end))
                    .filter(file -> !file.toString().contains("/target/"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
