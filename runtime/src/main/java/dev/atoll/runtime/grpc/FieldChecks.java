package dev.atoll.runtime.grpc;

import java.util.ArrayList;
import java.util.List;

/**
 * Collects what is wrong with the fields of one request, so that the caller hears of all of it at
 * once. Names at most {@value #VIOLATIONS_MAX} fields and counts the others: the answer must fit
 * into 8 KiB of trailers. Not safe for use by several threads.
 */
public final class FieldChecks {
    static final int VIOLATIONS_MAX = 25;
    private static final int FIELD_LENGTH_MAX = 80;
    private static final int VALUE_LENGTH_MAX = 40;
    private static final int ALLOWED_LENGTH_MAX = 120;

    private final List<FieldViolation> violations;
    private int count;

    /** Nothing is wrong at first. */
    public FieldChecks() {
        this.violations = new ArrayList<>();
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
        if (violations.size() < VIOLATIONS_MAX) {
            String held = shortened(String.valueOf(value), VALUE_LENGTH_MAX);
            violations.add(
                    new FieldViolation(
                            shortened(field, FIELD_LENGTH_MAX),
                            (held.isEmpty() ? "empty" : held)
                                    + " is not allowed; allowed is "
                                    + shortened(allowed, ALLOWED_LENGTH_MAX)));
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

    private static String shortened(String text, int lengthMax) {
        return text.length() <= lengthMax ? text : text.substring(0, lengthMax) + "...";
    }
}
