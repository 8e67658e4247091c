package io.durableserver.benchmarks.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What one run of a suite found. Not thread-safe. */
public final class Report {
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private final String suite;
    private final boolean quick;
    private final List<Row> rows = new ArrayList<>();
    private final List<Check> checks = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    public Report(String suite, boolean quick) {
        this.suite = suite;
        this.quick = quick;
    }

    public Row add(Row row) {
        rows.add(row);
        return row;
    }

    public void check(Check check) {
        checks.add(check);
    }

    /** A sentence beside the tables. */
    public void note(String text) {
        notes.add(text);
    }

    /** Whether nothing that must hold was broken. */
    public boolean isSound() {
        return checks.stream().noneMatch(check -> check.must() && !check.met());
    }

    /** The report as Markdown. */
    public String markdown() {
        StringBuilder text =
                new StringBuilder("\n## " + suite + (quick ? " (quick: figures mean nothing)" : "") + "\n\n");
        text.append(Machine.line()).append("\n\n").append(Table.rows(rows));
        if (!checks.isEmpty()) {
            text.append('\n').append(Table.checks(checks));
        }
        notes.forEach(note -> text.append("\n- ").append(note));
        return text.append('\n').toString();
    }

    /** Writes the report as JSON and says where. */
    public Path write(Path directory) throws IOException {
        return write(directory, suite, quick, rows, checks, notes);
    }

    /**
     * Writes rows of any shape, with what they were held to.
     *
     * @param rows records
     */
    public static Path write(
            Path directory, String suite, boolean quick, List<?> rows, List<Check> checks, List<String> notes)
            throws IOException {
        Files.createDirectories(directory);
        Path file = directory.resolve(suite + "-" + STAMP.format(Instant.now()) + ".json");
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("suite", suite);
        all.put("quick", quick);
        all.put("machine", Machine.facts());
        all.put("rows", rows);
        all.put("checks", checks);
        all.put("notes", notes);
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), all);
        return file;
    }
}
