package dev.atoll.client;

import java.util.List;
import java.util.stream.Collectors;

/** What was asked cannot be done as it is written. Names every fault at once. */
public final class InvalidRequestException extends AtollException {
    private static final long serialVersionUID = 1L;

    private final transient List<Fault> faults;

    /**
     * One thing that is wrong.
     *
     * @param field where, such as "stages[0].task.command"; may be empty
     * @param description the value and what is allowed
     */
    public record Fault(String field, String description) {
        @Override
        public String toString() {
            return field.isEmpty() ? description : field + ": " + description;
        }
    }

    InvalidRequestException(String message, List<Fault> faults, Throwable cause) {
        super(
                faults.isEmpty()
                        ? message
                        : faults.stream().map(Fault::toString).collect(Collectors.joining("\n")),
                cause);
        this.faults = List.copyOf(faults);
    }

    /** Every fault; empty if the cluster only said so in its message. */
    public List<Fault> faults() {
        return faults;
    }
}
