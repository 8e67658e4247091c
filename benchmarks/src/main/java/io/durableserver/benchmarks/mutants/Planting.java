package io.durableserver.benchmarks.mutants;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Puts a fault into a copy of the files it changes, and compiles those against the rest as it is. */
final class Planting {
    private final Sources sources;

    Planting(Sources sources) {
        this.sources = sources;
    }

    /** The faults whose text is not in the sources exactly once any more, each with the file. */
    List<String> outdated(List<Mutant> mutants) throws IOException {
        List<String> problems = new ArrayList<>();
        for (Mutant mutant : mutants) {
            for (Mutant.Edit edit : mutant.edits()) {
                Path file = sources.root().resolve(edit.file());
                if (!Files.exists(file)
                        || edit.plantInto(Files.readString(file)).isEmpty()) {
                    problems.add(
                            mutant.id() + ": " + edit.file() + " does not have this exactly once:\n" + edit.before());
                }
            }
        }
        return problems;
    }

    /** Compiles the faulty files into this directory; to be put in front of the class path. */
    void plant(Mutant mutant, Path directory) throws IOException {
        Map<String, String> faulty = new LinkedHashMap<>();
        for (Mutant.Edit edit : mutant.edits()) {
            String source = faulty.containsKey(edit.file())
                    ? faulty.get(edit.file())
                    : Files.readString(sources.root().resolve(edit.file()));
            faulty.put(edit.file(), edit.plantInto(source).orElseThrow());
        }
        List<Path> files = new ArrayList<>();
        for (Map.Entry<String, String> file : faulty.entrySet()) {
            Path copy =
                    directory.resolve("source").resolve(Path.of(file.getKey()).getFileName());
            Files.createDirectories(copy.getParent());
            Files.writeString(copy, file.getValue());
            files.add(copy);
        }
        compile(mutant, files, Files.createDirectories(classes(directory)));
    }

    static Path classes(Path directory) {
        return directory.resolve("classes");
    }

    private void compile(Mutant mutant, List<Path> files, Path to) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter told = new StringWriter();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            List<String> options = List.of(
                    "-proc:none",
                    "-nowarn",
                    "-parameters",
                    "--release",
                    "17",
                    "-d",
                    to.toString(),
                    "-cp",
                    sources.classPath(List.of()));
            boolean compiled = compiler.getTask(
                            told, manager, null, options, null, manager.getJavaFileObjectsFromPaths(files))
                    .call();
            if (!compiled) {
                throw new IllegalArgumentException(mutant.id() + " does not compile:\n" + told);
            }
        }
    }
}
