package dev.atoll.worker.remote;

import com.google.protobuf.ByteString;

import dev.atoll.core.model.StageRef;
import dev.atoll.proto.worker.v1.KeyRange;
import dev.atoll.worker.attempt.GatherSource;
import dev.atoll.worker.shuffle.LineSplitter;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Where keys are cut, so that each task gets a range of them. */
final class KeyBounds {
    private static final Comparator<ByteString> ORDER =
            ByteString.unsignedLexicographicalComparator();

    private final List<ByteString> keys;

    private KeyBounds(List<ByteString> keys) {
        this.keys = List.copyOf(keys);
    }

    /** Reads them: a line for each, as a stage of one task has written them. */
    static KeyBounds read(GatherSource source, StageRef stage) throws IOException {
        List<ByteString> keys = new ArrayList<>();
        LineSplitter lines =
                new LineSplitter((bytes, offset, length) ->
                        keys.add(ByteString.copyFrom(bytes, offset, length)));
        source.read(stage, lines::accept);
        lines.end();
        return new KeyBounds(keys);
    }

    /**
     * The keys of a task; empty if there are none for it.
     *
     * @throws IOException if the bounds do not fit to so many tasks: some records would come to no
     *     task, and nobody would know
     */
    Optional<KeyRange> rangeOf(int task, int taskCount) throws IOException {
        if (keys.size() >= taskCount) {
            throw new IOException(
                    "%d bounds are too many for %d tasks".formatted(keys.size(), taskCount));
        }
        for (int i = 1; i < keys.size(); i++) {
            if (ORDER.compare(keys.get(i - 1), keys.get(i)) > 0) {
                throw new IOException("bound %d is less than the one before".formatted(i));
            }
        }
        if (task > keys.size()) {
            return Optional.empty();
        }
        KeyRange.Builder range = KeyRange.newBuilder();
        if (task > 0) {
            range.setFrom(keys.get(task - 1));
        }
        if (task < keys.size()) {
            range.setTo(keys.get(task));
        }
        return Optional.of(range.build());
    }
}
