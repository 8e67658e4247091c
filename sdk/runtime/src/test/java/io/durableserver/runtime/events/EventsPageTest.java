package io.durableserver.runtime.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.ConfigurationException;
import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.RejectedException;
import io.durableserver.spi.ClusterEvent;
import io.durableserver.spi.ErrorCode;
import io.durableserver.spi.NodeEvent;
import io.durableserver.spi.NodeGauges;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.RuntimeEvent.Told;
import io.durableserver.spi.RuntimeHooks;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.ServerEvent;
import io.durableserver.spi.StoreEvent;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The catalogue of facts is what the code has. */
final class EventsPageTest {
    private static final Path PAGE = Path.of("../docs/events.md");

    static List<Class<?>> kinds() {
        List<Class<?>> kinds = new ArrayList<>();
        for (Class<?> group : List.of(ServerEvent.class, NodeEvent.class, StoreEvent.class, ClusterEvent.class)) {
            kinds.addAll(List.of(Objects.requireNonNull(group.getPermittedSubclasses())));
        }
        return kinds;
    }

    private static Path page() {
        return Files.exists(PAGE) ? PAGE : Path.of("sdk/docs/events.md");
    }

    private static Told told(Class<?> kind) {
        return Objects.requireNonNull(kind.getAnnotation(Told.class), kind.getName());
    }

    private static List<String> components(Class<?> kind) {
        return Arrays.stream(kind.getRecordComponents())
                .map(RecordComponent::getName)
                .toList();
    }

    private static String row(Class<?> kind) {
        return "| `" + kind.getSimpleName() + "` | " + told(kind).severity() + " | "
                + components(kind).stream().map(name -> "`" + name + "`").collect(Collectors.joining(", ")) + " | "
                + told(kind).text() + " |";
    }

    @Test
    void thePageListsEachKindWithItsLevelFieldsAndText() throws IOException {
        List<String> rows = Files.readAllLines(page()).stream()
                .filter(line -> line.startsWith("| `"))
                .toList();
        assertThat(rows)
                .containsExactlyElementsOf(
                        kinds().stream().map(EventsPageTest::row).toList());
    }

    /** Each hook, and each figure. */
    @Test
    void thePageNamesWhatTheHotPathTellsAndWhatCanBeRead() throws IOException {
        List<String> names = new ArrayList<>();
        for (Method hook : RuntimeHooks.class.getDeclaredMethods()) {
            names.add(hook.getName());
        }
        names.addAll(components(NodeGauges.Snapshot.class));
        names.addAll(components(NodeGauges.OfType.class));
        names.addAll(components(Scheduler.PoolUse.class));
        String page = Files.readString(page());
        assertThat(names)
                .contains("callEnded", "pools")
                .allSatisfy(name -> assertThat(page).contains("`" + name + "`"));
    }

    @Test
    void aTextNamesNothingTwiceAndNothingThatIsNotThere() {
        for (Class<?> kind : kinds()) {
            List<String> named = Pattern.compile("\\{(\\w+)}")
                    .matcher(told(kind).text())
                    .results()
                    .map((MatchResult match) -> match.group(1))
                    .toList();
            assertThat(components(kind)).as(kind.getName()).containsAll(named);
        }
    }

    /** Other texts are free, and never tags. */
    @Test
    void thePageListsTheFieldsWithBoundedValues() throws IOException {
        Set<String> free = Set.of(
                "alarm",
                "at",
                "directory",
                "file",
                "holder",
                "kept",
                "key",
                "keys",
                "member",
                "node",
                "nodes",
                "object",
                "places",
                "prefix",
                "problem",
                "reason",
                "rejection",
                "stack",
                "thread");
        TreeSet<String> bounded = new TreeSet<>();
        for (Class<?> kind : kinds()) {
            for (RecordComponent one : kind.getRecordComponents()) {
                boolean isName = one.getType() == String.class && !free.contains(one.getName());
                if (isName || one.getType() == ErrorCode.class || one.getType().isEnum()) {
                    bounded.add("`" + one.getName() + "`");
                }
            }
        }
        String last = bounded.pollLast();
        assertThat(Files.readString(page()))
                .contains("fit for tags of meters, of\n  " + String.join(", ", bounded) + " and " + last + ";");
    }

    /** Each is made by the code of a store or of the plugin, and a test of its module makes it happen. */
    @Test
    void whatIsToldOutsideOfTheRuntimeIsToldSomewhereAndHeardByATest() throws IOException {
        Path root = page().resolve("../../..").toAbsolutePath().normalize();
        Map<Boolean, String> code = new HashMap<>();
        for (String part : List.of("backends", "ignite-plugin", "examples-java")) {
            try (Stream<Path> files = Files.walk(root.resolve(part))) {
                for (Path file : files.filter(one -> one.toString().endsWith(".java"))
                        .filter(one -> !one.toString().contains("/target/"))
                        .toList()) {
                    code.merge(file.toString().contains("/src/test/"), Files.readString(file), String::concat);
                }
            }
        }
        String main = Objects.requireNonNull(code.get(false));
        String tests = Objects.requireNonNull(code.get(true));
        List<Class<?>> kinds = new ArrayList<>(kinds());
        kinds.removeIf(kind -> ServerEvent.class.isAssignableFrom(kind) || NodeEvent.class.isAssignableFrom(kind));
        for (Class<?> kind : kinds) {
            String name = kind.getEnclosingClass().getSimpleName() + "." + kind.getSimpleName();
            assertThat(main.contains("new " + name + "(") || main.contains(name + "::new"))
                    .as("told: " + name)
                    .isTrue();
            assertThat(tests.contains(name + ".class") || tests.contains("new " + name + "("))
                    .as("heard: " + name)
                    .isTrue();
        }
    }

    @Test
    void eachReasonOfAnErrorHasItsCode() {
        for (NotAppliedException.Reason reason : NotAppliedException.Reason.values()) {
            assertThat(ErrorCode.of(new NotAppliedException(reason, "a test", Map.of()))
                            .name())
                    .isEqualTo(reason.name());
        }
        for (OutcomeUnknownException.Reason reason : OutcomeUnknownException.Reason.values()) {
            assertThat(ErrorCode.of(new CompletionException(new OutcomeUnknownException(reason, "a test", Map.of())))
                            .name())
                    .isEqualTo(reason.name());
        }
        for (ConfigurationException.Reason reason : ConfigurationException.Reason.values()) {
            assertThat(ErrorCode.of(new ConfigurationException(reason, "a test", Map.of()))
                            .name())
                    .isEqualTo(reason.name());
        }
        assertThat(ErrorCode.of(new RejectedException("ANYTHING", "a test"))).isSameAs(ErrorCode.REJECTED);
        assertThat(ErrorCode.of(new IOException())).isSameAs(ErrorCode.UNEXPECTED);
        assertThat(ErrorCode.all())
                .extracting(ErrorCode::name)
                .doesNotHaveDuplicates()
                .allMatch(name -> name.matches("[A-Z_]+"));
    }

    @Test
    void kindsHaveNamesOfTheirOwnSoThatEachHasALogger() {
        Set<String> names = new HashSet<>();
        kinds().forEach(kind -> assertThat(names.add(kind.getSimpleName())).isTrue());
    }

    @Test
    void whatIsWrongComesWithItsStackWhereThereIsOne() {
        RuntimeEvent crash = new ServerEvent.Crashed("k", "t", new IllegalStateException("boom"));
        assertThat(crash.text()).isEqualTo("k: the server crashed");
        assertThat(crash.severity()).isEqualTo(RuntimeEvent.Severity.WARN);
        assertThat(crash.thrown()).containsInstanceOf(IllegalStateException.class);
        assertThat(new ServerEvent.Fenced("k", "t").thrown()).isEmpty();
    }
}
