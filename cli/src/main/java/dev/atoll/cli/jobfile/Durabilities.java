package dev.atoll.cli.jobfile;

import dev.atoll.client.JobRequest.Durability;

/** What users call durabilities. */
public final class Durabilities {
    private Durabilities() {}

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException with what is allowed, if there is none of that name
     */
    public static Durability parse(String text) {
        return switch (text) {
            case "one" -> Durability.ONE;
            case "two" -> Durability.TWO;
            default -> throw new IllegalArgumentException("one or two");
        };
    }
}
