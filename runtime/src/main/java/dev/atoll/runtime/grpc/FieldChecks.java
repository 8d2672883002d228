package dev.atoll.runtime.grpc;

import java.util.ArrayList;
import java.util.List;

/**
 * Collects what is wrong with the fields of one request, so that the caller hears of all of it at
 * once. Names so many fields as fit into the answer, about 25, and counts the others. Not safe for
 * use by several threads.
 */
public final class FieldChecks {
    private static final int FIELD_BYTES_MAX = 120;
    private static final int VALUE_BYTES_MAX = 60;
    private static final int ALLOWED_BYTES_MAX = 250;

    private final List<FieldViolation> violations;
    private int count;
    private int bytesLeft;

    /** Nothing is wrong at first. */
    public FieldChecks() {
        this.violations = new ArrayList<>();
        this.bytesLeft = TrailerText.VIOLATIONS_BYTES_MAX;
    }

    /**
     * Notes that a field holds what is not allowed.
     *
     * @param field the path of the field, such as "spec.stages[2].task_count"
     * @param value what it holds; shortened where it is long
     * @param allowed what is allowed, such as "1 to 10,000,000"
     */
    public FieldChecks violation(String field, Object value, String allowed) {
        count++;
        String held = TrailerText.shortened(String.valueOf(value), VALUE_BYTES_MAX);
        FieldViolation violation =
                new FieldViolation(
                        TrailerText.shortened(field, FIELD_BYTES_MAX),
                        (held.isEmpty() ? "empty" : held)
                                + " is not allowed; allowed is "
                                + TrailerText.shortened(allowed, ALLOWED_BYTES_MAX));
        bytesLeft -= TrailerText.bytesOf(violation.toString());
        if (bytesLeft >= 0) {
            violations.add(violation);
        }
        return this;
    }

    /** Notes a violation unless the condition holds. */
    public FieldChecks check(boolean condition, String field, Object value, String allowed) {
        return condition ? this : violation(field, value, allowed);
    }

    /** Whether nothing is wrong. */
    public boolean isClean() {
        return count == 0;
    }

    /**
     * Refuses the request if anything is wrong.
     *
     * @throws ApiException INVALID_ARGUMENT (reason INVALID_FIELDS) with every violation
     */
    public void throwIfAny() {
        if (count > 0) {
            throw ApiException.invalidFields(violations, count);
        }
    }
}
