package io.durableserver.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the pages point to exists. */
class PagesTest {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(#[^)]*)?\\)");
    private static final Pattern CODE = Pattern.compile("`([^`\\n]+)`");
    private static final Pattern PATH = Pattern.compile(
            "(?:bash )?((?:sdk|ignite-plugin|backends|benchmarks|examples-java|\\.ci)/[A-Za-z0-9_./-]+).*");
    private static final Pattern CLASS =
            Pattern.compile("[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*(\\.[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*)*");
    private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    @ParameterizedTest
    @ValueSource(
            strings = {"README.md", "ARCHITECTURE.md", "CHANGELOG.md", "backends/README.md", "sdk/docs/testing.md"})
    void everyPathExists(String page) {
        Set<String> paths = new TreeSet<>();
        List<String> commands = new ArrayList<>(code(page));
        Matcher links = LINK.matcher(Docs.prose(page));
        while (links.find()) {
            if (!links.group(1).contains("://")) {
                paths.add(links.group(1));
            }
        }
        Docs.blocks(page).stream()
                .filter(block -> block.info().equals("bash"))
                .flatMap(block -> block.text().lines())
                .forEach(commands::add);
        commands.forEach(code -> {
            Matcher path = PATH.matcher(code);
            if (path.matches()) {
                paths.add(path.group(1));
            }
        });
        assertThat(paths)
                .allSatisfy(path -> assertThat(Docs.ROOT.resolve(path).toFile().exists()
                                || Docs.ROOT
                                        .resolve(page)
                                        .resolveSibling(path)
                                        .toFile()
                                        .exists())
                        .as(path)
                        .isTrue());
    }

    @Test
    void everyClassOfTheArchitectureExists() throws IOException {
        Set<String> known = new HashSet<>();
        for (Path source : Docs.sources()) {
            known.add(source.getFileName().toString().replace(".java", ""));
            Matcher words = WORD.matcher(Files.readString(source));
            while (words.find()) {
                known.add(words.group());
            }
        }
        List<String> named = code("ARCHITECTURE.md").stream()
                .filter(code -> CLASS.matcher(code).matches())
                .flatMap(code -> List.of(code.split("\\.")).stream())
                .distinct()
                .toList();
        assertThat(named).isNotEmpty();
        assertThat(known).containsAll(named);
    }

    private static List<String> code(String page) {
        Matcher code = CODE.matcher(Docs.prose(page));
        Set<String> found = new TreeSet<>();
        while (code.find()) {
            found.add(code.group(1));
        }
        return List.copyOf(found);
    }
}
