package dev.atoll.worker.attempt;

import dev.atoll.core.model.TaskRef;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The attempts that run here, and the few that have just ended and had somebody to wait for. */
public final class LiveAttempts {
    private static final Logger LOG = LoggerFactory.getLogger(LiveAttempts.class);

    /* Who attaches to a short task may come after its end, and shall see it all the same. */
    private static final int ENDED_MAX = 16;

    private final Map<AttemptKey, LiveAttempt> attempts = new ConcurrentHashMap<>();
    private final ArrayDeque<LiveAttempt> endedInOrder = new ArrayDeque<>();

    /** An attempt that runs, or has ended and is still here. */
    public Optional<LiveAttempt> find(AttemptKey key) {
        return Optional.ofNullable(attempts.get(key));
    }

    /** The latest attempt of a task that runs here. */
    public Optional<LiveAttempt> findRunning(TaskRef task) {
        return running().stream()
                .filter(attempt -> attempt.key().task().equals(task))
                .max(Comparator.comparingInt(attempt -> attempt.key().attempt()));
    }

    /** Every attempt that runs. */
    public List<LiveAttempt> running() {
        return attempts.values().stream().filter(it -> !it.ended().isDone()).toList();
    }

    void add(LiveAttempt attempt) {
        attempts.put(attempt.key(), attempt);
    }

    /**
     * An attempt has ended.
     *
     * @param linger whether somebody may still come for it
     */
    void ended(LiveAttempt attempt, boolean linger) {
        if (!linger) {
            remove(attempt);
            return;
        }
        synchronized (endedInOrder) {
            endedInOrder.addLast(attempt);
            while (endedInOrder.size() > ENDED_MAX) {
                remove(endedInOrder.removeFirst());
            }
        }
    }

    private void remove(LiveAttempt attempt) {
        attempts.remove(attempt.key(), attempt);
        try {
            attempt.close();
        } catch (IOException e) {
            LOG.warn("cannot close the output of {}", attempt.key(), e);
        }
    }
}
