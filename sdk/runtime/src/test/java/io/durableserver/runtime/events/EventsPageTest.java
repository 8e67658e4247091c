package io.durableserver.runtime.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.spi.NodeEvent;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.RuntimeEvent.Told;
import io.durableserver.spi.ServerEvent;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The catalogue of facts is what the code has. */
final class EventsPageTest {
    private static final Path PAGE = Path.of("../docs/events.md");

    static List<Class<?>> kinds() {
        List<Class<?>> kinds = new ArrayList<>();
        for (Class<?> group : List.of(ServerEvent.class, NodeEvent.class)) {
            kinds.addAll(List.of(Objects.requireNonNull(group.getPermittedSubclasses())));
        }
        return kinds;
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
        Path page = Files.exists(PAGE) ? PAGE : Path.of("sdk/docs/events.md");
        List<String> rows = Files.readAllLines(page).stream()
                .filter(line -> line.startsWith("| `"))
                .toList();
        assertThat(rows)
                .containsExactlyElementsOf(
                        kinds().stream().map(EventsPageTest::row).toList());
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
