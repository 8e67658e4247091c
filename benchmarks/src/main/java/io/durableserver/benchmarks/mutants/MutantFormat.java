package io.durableserver.benchmarks.mutants;

import io.durableserver.benchmarks.mutants.Mutant.Edit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Planted faults as text. Each begins with {@code # id title}; then come {@code why:}, {@code tests:} and perhaps
 * {@code seeds:}, scenarios that have to find it too, or {@code survives: yes}; and for each change {@code file:} and, between {@code <<<<}, {@code ====} and {@code >>>>}, the lines
 * before and after. The lines keep their indentation; the last line break of each part does not count.
 */
final class MutantFormat {
    private final String origin;
    private final List<Mutant> mutants = new ArrayList<>();
    private final Map<String, String> fields = new HashMap<>();
    private final List<Edit> edits = new ArrayList<>();
    private String head = "";

    private MutantFormat(String origin) {
        this.origin = origin;
    }

    /**
     * Reads a file of faults.
     *
     * @param origin its name, for errors
     */
    static List<Mutant> parse(String origin, List<String> lines) {
        MutantFormat format = new MutantFormat(origin);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.startsWith("# ")) {
                format.end();
                format.head = line.substring(2).strip();
            } else if (line.equals("<<<<")) {
                int middle = format.find(lines, i, "====");
                int last = format.find(lines, middle, ">>>>");
                format.edit(lines.subList(i + 1, middle), lines.subList(middle + 1, last));
                i = last;
            } else if (!line.isBlank()) {
                format.field(line, i + 1);
            }
        }
        format.end();
        return format.mutants;
    }

    private int find(List<String> lines, int from, String mark) {
        int at = lines.subList(from, lines.size()).indexOf(mark);
        if (at < 0) {
            throw wrong("line " + (from + 1) + ": no " + mark + " follows");
        }
        return from + at;
    }

    private void field(String line, int number) {
        int colon = line.indexOf(": ");
        if (head.isEmpty() || colon < 0) {
            throw wrong("line " + number + ": neither a fault nor a field of one: " + line);
        }
        fields.put(line.substring(0, colon), line.substring(colon + 2).strip());
    }

    private void edit(List<String> before, List<String> after) {
        edits.add(new Edit(needed("file"), String.join("\n", before), String.join("\n", after)));
    }

    private String needed(String name) {
        String value = fields.get(name);
        if (value == null) {
            throw wrong(head + " has no " + name);
        }
        return value;
    }

    private void end() {
        if (head.isEmpty()) {
            return;
        }
        String[] words = head.split(" ", 2);
        if (words.length < 2 || edits.isEmpty()) {
            throw wrong(head + " has no title or no change");
        }
        mutants.add(new Mutant(
                words[0],
                words[1],
                needed("why"),
                words("tests"),
                words("seeds"),
                fields.containsKey("survives"),
                List.copyOf(edits)));
        head = "";
        fields.clear();
        edits.clear();
    }

    private List<String> words(String field) {
        return Stream.of(fields.getOrDefault(field, "").split("[, ]+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private IllegalArgumentException wrong(String problem) {
        return new IllegalArgumentException(origin + ": " + problem);
    }
}
