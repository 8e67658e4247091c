package io.durableserver.examples.counter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportTest {
    @Test
    void reportsSurviveTheirLine() {
        Report attempt = new Report.Attempt(7, "hot", 16);
        Report settled = new Report.Settled(7, "hot", 13, 1, 2);
        assertThat(Report.parse(attempt.line())).contains(attempt);
        assertThat(Report.parse(settled.line())).contains(settled);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "acknowledged hot 7", "attempt 7 hot", "settled 7 hot acknowledged=1", "attempt 7 hot 16 x"})
    void otherLinesAreNoReports(String line) {
        assertThat(Report.parse(line)).isEmpty();
    }

    @Test
    void aLineThatWasCutByAKillIsDropped() throws IOException {
        // "attempt 7 hot 1" would parse, and would announce less than the process meant to.
        String written = "settled 6 hot acknowledged=16 not-applied=0 unknown=0\nattempt 7 hot 1";
        List<String> lines = new ArrayList<>();
        PipeLines.read(new ByteArrayInputStream(written.getBytes(StandardCharsets.UTF_8)), lines::add);
        assertThat(lines).containsExactly("settled 6 hot acknowledged=16 not-applied=0 unknown=0");
    }
}
