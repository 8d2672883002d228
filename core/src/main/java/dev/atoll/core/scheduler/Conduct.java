package dev.atoll.core.scheduler;

import dev.atoll.core.model.Failure;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a worker's attempts have ended since its last success, and what follows for it. Soft state.
 */
final class Conduct {
    /** The most stages of which failures are remembered; further ones say no more. */
    private static final int STAGES_MAX = 16;

    private Standing standing = new Standing.Trusted();

    /** How long the last quarantine was, and when it ended; a relapse soon after lasts longer. */
    private Duration lastTime = Duration.ZERO;

    private Instant trustedSince = Instant.MIN;

    private final Map<StageRef, RangeSet> failed = new LinkedHashMap<>();
    private int attempts;
    private boolean isAllTrouble = true;
    private int moments;
    private Instant lastMoment = Instant.MIN;
    private String lastFailure = "";

    /** Whether a worker is trusted with tasks. */
    sealed interface Standing {
        /** It gets tasks as any other. */
        record Trusted() implements Standing {}

        /** It gets no task that another worker can run, until it is tried with one of them. */
        record Quarantined(Instant until, Duration time, String reason) implements Standing {}

        /** It was given one task to see how that ends. */
        record Probing(Duration time, String reason) implements Standing {}
    }

    Standing standing() {
        return standing;
    }

    boolean isTrusted() {
        return standing instanceof Standing.Trusted;
    }

    /** Whether it may be given a single task to see how that ends. */
    boolean isProbeDue(Instant now, int heldTasks) {
        return heldTasks == 0
                && switch (standing) {
                    case Standing.Trusted trusted -> false;
                    case Standing.Quarantined quarantined -> !now.isBefore(quarantined.until());
                    // The probe has gone without a verdict: cancelled, or never delivered.
                    case Standing.Probing probing -> true;
                };
    }

    // ---- what has happened

    void succeeded(Instant now) {
        forget();
        if (!isTrusted()) {
            standing = new Standing.Trusted();
            trustedSince = now;
        }
    }

    void failed(StageRef stage, Failure failure, Ranges tasks, Instant now) {
        RangeSet known = failed.get(stage);
        if (known == null && failed.size() < STAGES_MAX) {
            known = new RangeSet();
            failed.put(stage, known);
        }
        if (known != null) {
            known.addAll(tasks);
        }
        attempts += tasks.size();
        isAllTrouble &= failure.kind() == Failure.Kind.WORKER_TROUBLE;
        if (!now.equals(lastMoment)) {
            moments++;
            lastMoment = now;
        }
        lastFailure = Explainer.describe(failure);
    }

    private void forget() {
        failed.clear();
        attempts = 0;
        moments = 0;
        isAllTrouble = true;
    }

    /** A person has looked after it, or it was started anew. */
    void pardon() {
        forget();
        standing = new Standing.Trusted();
        lastTime = Duration.ZERO;
    }

    // ---- quarantine

    void quarantine(Duration shortest, Duration longest, String reason, Instant now) {
        boolean isRelapse =
                !isTrusted() || (!lastTime.isZero() && now.isBefore(trustedSince.plus(lastTime)));
        Duration time = isRelapse ? lastTime.multipliedBy(2) : shortest;
        lastTime = time.compareTo(longest) > 0 ? longest : time;
        standing = new Standing.Quarantined(now.plus(lastTime), lastTime, reason);
    }

    void probe() {
        if (standing instanceof Standing.Quarantined quarantined) {
            standing = new Standing.Probing(quarantined.time(), quarantined.reason());
        }
    }

    // ---- what is known

    /** Tasks that failed since the last success, by stage. */
    Map<StageRef, RangeSet> failed() {
        return Collections.unmodifiableMap(failed);
    }

    int attempts() {
        return attempts;
    }

    /** At how many times attempts were reported as failed since the last success. */
    int moments() {
        return moments;
    }

    /** Whether each failure was plainly the worker's. */
    boolean isAllTrouble() {
        return isAllTrouble;
    }

    /** The latest failure in words. */
    String lastFailure() {
        return lastFailure;
    }
}
