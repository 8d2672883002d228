package dev.atoll.runtime.grpc;

/**
 * A field of a request that holds what is not allowed.
 *
 * @param field the path of the field, such as "spec.stages[2].task_count"
 * @param description what it holds and what is allowed
 */
public record FieldViolation(String field, String description) {
    @Override
    public String toString() {
        return field + ": " + description;
    }
}
