package io.durableserver.testkit.sim;

/**
 * What the simulated store does wrong, each as a probability per request.
 *
 * @param refused refused at once: certainly not applied
 * @param requestLost never arrives; the client cannot tell
 * @param answerLost applied, but the answer never comes
 * @param delayed still on its way when the client has given up; applied later
 * @param slowness how many times longer everything takes, 1 or more
 */
public record StoreFaults(double refused, double requestLost, double answerLost, double delayed, double slowness) {
    /** A store without faults. */
    public static final StoreFaults NONE = new StoreFaults(0, 0, 0, 0, 1);

    public StoreFaults {
        if (refused + requestLost + answerLost + delayed > 1 || slowness < 1) {
            throw new IllegalArgumentException("Probabilities above 1 in all, or a slowness below 1");
        }
    }
}
