package io.durableserver.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The places, headings and classes that the pages point to exist. */
class PagesTest {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]*)(#[^)]*)?\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
    private static final Pattern CODE = Pattern.compile("`([^`\\n]+)`");
    private static final Pattern PATH = Pattern.compile(
            "(?:bash )?((?:sdk|ignite-plugin|backends|benchmarks|examples-java|examples-kotlin|\\.ci)/[A-Za-z0-9_./-]+).*");
    private static final Pattern CLASS =
            Pattern.compile("[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*(\\.[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*)*");
    private static final Pattern NEIGHBOUR = Pattern.compile("\\{@link ([A-Z]\\w*)[} ]");
    private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    /** Names of Ignite that no source of ours has. */
    private static final Set<String> FOREIGN = Set.of("EncryptionSpi", "RebalancingPartitionsCount");

    @ParameterizedTest
    @MethodSource("pages")
    void everyPathExists(String page) {
        Set<String> paths = new TreeSet<>();
        List<String> commands = new ArrayList<>(code(page));
        Matcher links = LINK.matcher(Docs.prose(page));
        while (links.find()) {
            if (!links.group(1).isEmpty() && !links.group(1).contains("://")) {
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

    @ParameterizedTest
    @MethodSource("pages")
    void everyHeadingThatIsLinkedExists(String page) {
        Matcher links = LINK.matcher(Docs.prose(page));
        while (links.find()) {
            String path = links.group(1);
            if (links.group(2) != null && !path.contains("://")) {
                String target = path.isEmpty()
                        ? page
                        : Path.of(page).resolveSibling(path).normalize().toString();
                assertThat(anchors(target)).as(links.group()).contains(links.group(2));
            }
        }
    }

    @Test
    void everyClassExists() throws IOException {
        Set<String> known = new HashSet<>(FOREIGN);
        for (Path source : Docs.sources()) {
            known.add(source.getFileName().toString().replaceFirst("\\.(java|kt)$", ""));
            Matcher words = WORD.matcher(Files.readString(source));
            while (words.find()) {
                known.add(words.group());
            }
        }
        for (String page : pages()) {
            if (!page.equals("CHANGELOG.md")) { // what it names may be gone
                List<String> named = code(page).stream()
                        .filter(code -> CLASS.matcher(code).matches())
                        .flatMap(code -> List.of(code.split("\\.")).stream())
                        .distinct()
                        .toList();
                assertThat(known).as(page).containsAll(named);
            }
        }
        assertThat(code("ARCHITECTURE.md")).contains("KeyedRef"); // names are found
    }

    @Test
    void everyClassThatAPackageNamesIsInIt() throws IOException {
        for (Path source : Docs.sources()) {
            if (source.endsWith("package-info.java")) {
                Matcher links = NEIGHBOUR.matcher(Files.readString(source));
                while (links.find()) {
                    assertThat(source.resolveSibling(links.group(1) + ".java"))
                            .as(links.group())
                            .exists();
                }
            }
        }
    }

    @Test
    void theArchitectureStaysAGuide() {
        assertThat(Docs.read("ARCHITECTURE.md").getBytes(StandardCharsets.UTF_8).length)
                .isLessThanOrEqualTo(16 * 1024);
    }

    /** Two commands, the counter, and where to read on: reference belongs on pages. */
    @Test
    void theReadmeStaysAFirstScreen() {
        assertThat(Docs.read("README.md").getBytes(StandardCharsets.UTF_8).length)
                .isLessThanOrEqualTo(7 * 1024);
    }

    static List<String> pages() {
        return Docs.pages();
    }

    /** Of all headings, as GitHub makes them. */
    private static Set<String> anchors(String page) {
        Set<String> anchors = new HashSet<>();
        Matcher headings = HEADING.matcher(Docs.prose(page));
        while (headings.find()) {
            String anchor = "#"
                    + headings.group(1)
                            .strip()
                            .toLowerCase(Locale.ROOT)
                            .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                            .replace(' ', '-');
            String unique = anchor;
            for (int copy = 1; !anchors.add(unique); copy++) {
                unique = anchor + "-" + copy;
            }
        }
        return anchors;
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
