package io.durableserver.benchmarks.node;

import io.durableserver.benchmarks.load.Usage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** The other side of {@link ChildJvm}. */
public final class ChildMain {
    private ChildMain() {}

    /** Answers a question of the parent. */
    @FunctionalInterface
    public interface Answers {
        String answer(String question) throws IOException;
    }

    /** Tells the parent something it waits for. */
    public static void tell(String text) {
        System.out.println(ChildJvm.MARK + text);
    }

    /** Answers until the parent has nothing more to ask. */
    public static void serve(Answers answers) throws IOException {
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String question = questions.readLine(); question != null; question = questions.readLine()) {
            if (question.equals("usage")) {
                Usage used = Usage.here();
                tell(used.cpuNanos() + " " + used.bytes());
            } else {
                tell(answers.answer(question));
            }
        }
    }
}
