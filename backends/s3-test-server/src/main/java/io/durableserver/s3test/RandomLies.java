package io.durableserver.s3test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Lies drawn from a seed: whatever something between may tell that knows nothing of S3, and what layers below do that repeat
 * requests, give up on them or lose their answers. None holds an error code in the form of the store: that it said.
 */
public final class RandomLies implements Function<SeenRequest, Lie> {
    private final Random random;
    private final int percent;
    private volatile boolean on = true;

    /**
     * Lies.
     *
     * @param percent how many requests of a hundred are lied to
     */
    public RandomLies(long seed, int percent) {
        this.random = new Random(seed);
        this.percent = percent;
    }

    /** Whether it lies from now on. */
    public void on(boolean value) {
        on = value;
    }

    @Override
    public synchronized Lie apply(SeenRequest request) {
        if (!on || random.nextInt(100) >= percent) {
            return new Lie.None();
        }
        boolean writes = request.operation() == Operation.PUT || request.operation() == Operation.DELETE;
        return switch (random.nextInt(10)) {
            case 0, 1 -> new Lie.Instead(madeUp());
            case 2, 3 -> writes ? new Lie.After(madeUp()) : new Lie.Instead(madeUp());
            case 4 -> writes ? new Lie.Twice() : new Lie.Changed(change());
            case 5 -> new Lie.Cut();
            case 6 -> new Lie.Drop();
            case 7 ->
                request.ifMatch().isPresent()
                        ? new Lie.Late(error(), Duration.ofMillis(random.nextInt(60)))
                        : new Lie.Instead(error());
            default -> new Lie.Changed(change());
        };
    }

    private Answer madeUp() {
        String body = MadeUp.BODIES.get(random.nextInt(MadeUp.BODIES.size()));
        Answer answer = Answer.of(status(), type(), body);
        return random.nextInt(3) == 0 ? answer.with("ETag", eTag()) : answer;
    }

    /** Half of them are those that mean something in the protocol of the store. */
    private int status() {
        List<Integer> drawn = random.nextBoolean() ? MadeUp.TELLING : MadeUp.STATUSES;
        return drawn.get(random.nextInt(drawn.size()));
    }

    private Answer error() {
        int[] gaveUp = {408, 460, 499, 500, 502, 503, 504, 520, 524};
        return Answer.of(gaveUp[random.nextInt(gaveUp.length)], type(), MadeUp.BODIES.get(random.nextInt(6)));
    }

    private UnaryOperator<Answer> change() {
        String eTag = eTag();
        int status = status();
        String body = MadeUp.BODIES.get(random.nextInt(MadeUp.BODIES.size()));
        return switch (random.nextInt(6)) {
            case 0 -> answer -> answer.without("ETag");
            case 1 -> answer -> answer.with("ETag", eTag);
            case 2 -> answer -> answer.withBody(Arrays.copyOf(answer.body(), answer.body().length / 2));
            case 3 -> answer -> answer.withBody(body.getBytes(StandardCharsets.UTF_8));
            case 4 -> answer -> answer.withBody(new byte[0]);
            // Another status with the store's own document would be the store's word.
            default -> answer -> (answer.status() < 300 ? answer : answer.withBody(new byte[0])).withStatus(status);
        };
    }

    private String type() {
        return List.of("application/xml", "text/html", "application/json").get(random.nextInt(3));
    }

    private String eTag() {
        return List.of("\"abc\"", "\"0123456789abcdef0123456789abcdef\"", "W/\"1\"", "\"\"", "*")
                .get(random.nextInt(5));
    }
}
