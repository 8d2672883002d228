package dev.atoll.worker.warm;

import com.google.protobuf.ByteString;

import dev.atoll.core.model.BlobRef;
import dev.atoll.core.model.StageRef;

import java.util.List;
import java.util.Optional;

/**
 * What warm programs are given to do: neighbouring tasks of a stage.
 *
 * @param kind what program does it
 * @param setup names the bytes of the stage, if it has any
 * @param setupBytes those bytes
 * @param stage whose tasks they are
 * @param attempt which attempt, from 1
 * @param fence of the attempt
 * @param first the index of the first task
 * @param items the items of that task and of those that follow; one at least
 */
public record WarmTasks(
        WarmKind kind,
        Optional<BlobRef> setup,
        ByteString setupBytes,
        StageRef stage,
        int attempt,
        String fence,
        int first,
        List<ByteString> items) {
    public WarmTasks {
        items = List.copyOf(items);
    }

    /** Behind the index of the last task. */
    int end() {
        return first + items.size();
    }

    ByteString item(int index) {
        return items.get(index - first);
    }

    /**
     * Whether it gets a program of its own. A task that was tried before may be what has ended its
     * program: alone, nobody else pays for it, and there is no doubt whose doing it was.
     */
    boolean isAlone() {
        return attempt > 1;
    }
}
