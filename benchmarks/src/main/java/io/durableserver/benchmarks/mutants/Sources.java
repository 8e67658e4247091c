package io.durableserver.benchmarks.mutants;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The built project: its sources, what they were compiled to, and the libraries they need. */
record Sources(Path root, List<Path> classes, List<Path> libraries) {
    private static final String LIBRARIES = "benchmarks/target/test.classpath";

    /**
     * Finds what the last build left. Other places: the system properties {@code mutants.classes}, directories, and
     * {@code mutants.libraries}, a class path.
     */
    static Sources find(Path root) throws IOException {
        String dirs = System.getProperty("mutants.classes");
        String jars = System.getProperty("mutants.libraries");
        if (jars == null) {
            jars = Files.readString(root.resolve(LIBRARIES)).strip();
        }
        return new Sources(root, dirs == null ? built(root) : paths(dirs), paths(jars));
    }

    private static List<Path> paths(String text) {
        return Stream.of(text.split(java.io.File.pathSeparator)).map(Path::of).toList();
    }

    private static List<Path> built(Path root) throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> all = Files.find(root, 3, (path, attributes) -> path.endsWith("target"))) {
            all.sorted()
                    .flatMap(target -> Stream.of(target.resolve("classes"), target.resolve("test-classes")))
                    .filter(Files::isDirectory)
                    .forEach(found::add);
        }
        return found;
    }

    /** All of it as a class path, these first. */
    String classPath(List<Path> first) {
        return Stream.of(first, classes, libraries)
                .flatMap(List::stream)
                .map(Path::toString)
                .reduce((left, right) -> left + java.io.File.pathSeparator + right)
                .orElseThrow();
    }

    /** The full name of a test class; with its last package, as in {@code split.SplitWatchTest}, where there are two. */
    String testClass(String name) {
        Path wanted = Path.of(name.replace('.', '/') + ".class");
        List<String> found = new ArrayList<>();
        for (Path dir : classes) {
            try (Stream<Path> all = Files.walk(dir)) {
                all.filter(path -> path.endsWith(wanted))
                        .map(path -> dir.relativize(path).toString().replace(java.io.File.separatorChar, '.'))
                        .forEach(file -> found.add(file.substring(0, file.length() - ".class".length())));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        if (found.size() != 1) {
            throw new IllegalArgumentException("Not one test class " + name + ": " + found);
        }
        return found.get(0);
    }
}
