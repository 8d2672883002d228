package dev.atoll.runtime.wire;

/**
 * A peer sent a message that breaks its contract. This is the peer's defect, never a user's: what
 * users send is checked by the API before it is translated.
 */
public final class MalformedMessageException extends RuntimeException {
    /**
     * @param field the field that is wrong, such as "grant.tasks"
     * @param fault what is wrong with it, in a sentence
     */
    public MalformedMessageException(String field, String fault) {
        super(field + ": " + fault);
    }
}
