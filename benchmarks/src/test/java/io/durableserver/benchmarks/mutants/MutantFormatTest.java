package io.durableserver.benchmarks.mutants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class MutantFormatTest {
    private static List<Mutant> parse(String text) {
        return MutantFormat.parse("some.txt", text.lines().toList());
    }

    @Test
    void aFaultHasItsFieldsAndChanges() {
        Mutant mutant = parse("""
                        # 1a Nothing is right
                        why: because
                        tests: OneTest, TwoTest
                        seeds: splits heals
                        file: A.java
                        <<<<
                            if (a) {
                              b();
                        ====
                            if (b) {
                        >>>>
                        """).get(0);
        assertThat(mutant)
                .isEqualTo(new Mutant(
                        "1a",
                        "Nothing is right",
                        "because",
                        List.of("OneTest", "TwoTest"),
                        List.of("splits", "heals"),
                        false,
                        List.of(new Mutant.Edit("A.java", "    if (a) {\n      b();", "    if (b) {"))));
    }

    @Test
    void aChangeIsPlantedWhereItsTextStandsOnce() {
        Mutant.Edit edit = new Mutant.Edit("A.java", "b", "c");
        assertThat(edit.plantInto("a b a")).contains("a c a");
        assertThat(edit.plantInto("a a")).isEmpty();
        assertThat(edit.plantInto("b b")).isEmpty();
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThatThrownBy(() -> parse("# 1 Title\nwhy: x"))
                .hasMessageContaining("some.txt: 1 Title has no title or no change");
        assertThatThrownBy(() -> parse("# 1 Title\nfile: A\n<<<<\na\n====\nb")).hasMessageContaining("no >>>> follows");
        assertThatThrownBy(() -> parse("# 1 Title\nfile: A\n<<<<\na\n====\nb\n>>>>"))
                .hasMessageContaining("has no why");
    }

    @Test
    void aFaultThatSeedsHaveToFindIsNotFoundByATestAlone() {
        Mutant mutant = new Mutant("1", "t", "w", List.of(), List.of("splits"), false, List.of());
        Verdict.Answer yes = new Verdict.Answer(true, "x");
        Verdict.Answer no = new Verdict.Answer(false, "2000 seeds");
        assertThat(new Verdict(mutant, yes, no).isFound()).isFalse();
        assertThat(new Verdict(mutant, yes, Verdict.Answer.NONE).isFound()).isTrue();
        assertThat(new Verdict(mutant, no, yes).isFound()).isTrue();
        assertThat(new Verdict(mutant, no, Verdict.Answer.NONE).isFound()).isFalse();
    }
}
