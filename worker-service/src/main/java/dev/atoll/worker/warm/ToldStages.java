package dev.atoll.worker.warm;

import dev.atoll.core.model.BlobRef;
import dev.atoll.proto.warm.v1.Stage;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The stages that a program knows. Stages of the same setup are one. For whoever holds its owner's
 * lock.
 */
final class ToldStages {
    /** The most that a program knows of which nothing runs. */
    private static final int KNOWN_MAX = 32;

    private final FrameWriter writer;
    private final Map<Optional<BlobRef>, Known> known = new LinkedHashMap<>(16, 0.75f, true);
    private long lastId;

    private static final class Known {
        final long id;
        int running;

        Known(long id) {
            this.id = id;
        }
    }

    ToldStages(FrameWriter writer) {
        this.writer = writer;
    }

    /** A batch begins: its stage's number, of which the program knows then. */
    long begin(WarmTasks tasks) {
        Known stage =
                known.computeIfAbsent(
                        tasks.setup(),
                        _ -> {
                            lastId++;
                            writer.stage(
                                    Stage.newBuilder()
                                            .setStageId(lastId)
                                            .setSetup(tasks.setupBytes())
                                            .build());
                            return new Known(lastId);
                        });
        stage.running++;
        return stage.id;
    }

    /** A batch has ended. */
    void end(WarmTasks tasks) {
        Known stage = known.get(tasks.setup());
        if (stage == null) {
            throw new IllegalStateException("a stage that was not told of");
        }
        stage.running--;
        Iterator<Known> eldest = known.values().iterator();
        int tooMany = known.size() - KNOWN_MAX;
        while (tooMany > 0 && eldest.hasNext()) {
            Known next = eldest.next();
            if (next.running == 0) {
                eldest.remove();
                writer.forget(next.id);
                tooMany--;
            }
        }
    }
}
