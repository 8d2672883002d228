package dev.atoll.runtime.wire;

import dev.atoll.core.model.Shuffle;
import dev.atoll.core.model.Shuffle.Combiner;
import dev.atoll.core.model.Shuffle.Partitioning;
import dev.atoll.core.model.TaskTemplate.Part;
import dev.atoll.proto.job.v1.RangePartition;
import dev.atoll.proto.job.v1.SampledKeys;
import dev.atoll.proto.job.v1.ShuffledInput;

import java.util.Optional;

/** How records come from stage to stage, and back. */
public final class ShuffleWire {
    private ShuffleWire() {}

    /** As a message. */
    public static dev.atoll.proto.job.v1.Shuffle toProto(Shuffle shuffle) {
        dev.atoll.proto.job.v1.Shuffle.Builder message =
                dev.atoll.proto.job.v1.Shuffle.newBuilder();
        switch (shuffle.partitioning()) {
            case Partitioning.Hash(int count) -> message.setHashCount(count);
            case Partitioning.Range() -> message.setRange(RangePartition.getDefaultInstance());
        }
        shuffle.combiner().ifPresent(combiner -> message.setCombiner(toProto(combiner)));
        return message.build();
    }

    /**
     * From a message.
     *
     * @throws MalformedMessageException if it breaks a rule of the model
     */
    public static Shuffle fromProto(dev.atoll.proto.job.v1.Shuffle message, String field) {
        return SpecWire.modelled(
                field, () -> new Shuffle(partitioning(message, field), combiner(message, field)));
    }

    private static Partitioning partitioning(dev.atoll.proto.job.v1.Shuffle message, String field) {
        return switch (message.getPartitionCase()) {
            case HASH_COUNT -> new Partitioning.Hash(message.getHashCount());
            case RANGE -> new Partitioning.Range();
            case PARTITION_NOT_SET ->
                    throw new MalformedMessageException(field, "hash_count or range");
        };
    }

    private static Optional<Combiner> combiner(
            dev.atoll.proto.job.v1.Shuffle message, String field) {
        return switch (message.getCombiner()) {
            case COMBINER_UNSPECIFIED -> Optional.empty();
            case COMBINER_COUNT -> Optional.of(Combiner.COUNT);
            case COMBINER_SUM -> Optional.of(Combiner.SUM);
            case COMBINER_MIN -> Optional.of(Combiner.MIN);
            case COMBINER_MAX -> Optional.of(Combiner.MAX);
            case COMBINER_FIRST -> Optional.of(Combiner.FIRST);
            case COMBINER_UNIQUE -> Optional.of(Combiner.UNIQUE);
            case UNRECOGNIZED ->
                    throw new MalformedMessageException(
                            field + ".combiner", "one that is known here");
        };
    }

    private static dev.atoll.proto.job.v1.Combiner toProto(Combiner combiner) {
        return switch (combiner) {
            case COUNT -> dev.atoll.proto.job.v1.Combiner.COMBINER_COUNT;
            case SUM -> dev.atoll.proto.job.v1.Combiner.COMBINER_SUM;
            case MIN -> dev.atoll.proto.job.v1.Combiner.COMBINER_MIN;
            case MAX -> dev.atoll.proto.job.v1.Combiner.COMBINER_MAX;
            case FIRST -> dev.atoll.proto.job.v1.Combiner.COMBINER_FIRST;
            case UNIQUE -> dev.atoll.proto.job.v1.Combiner.COMBINER_UNIQUE;
        };
    }

    /** As a message. */
    public static ShuffledInput toProto(int stage, Part part) {
        ShuffledInput.Builder message = ShuffledInput.newBuilder().setStage(stage);
        switch (part) {
            case Part.Hashed() -> message.clearPart();
            case Part.Sampled() -> message.setSample(SampledKeys.getDefaultInstance());
            case Part.Bounded(int boundsStage) -> message.setBoundsStage(boundsStage);
        }
        return message.build();
    }

    static Part part(ShuffledInput message) {
        return switch (message.getPartCase()) {
            case PART_NOT_SET -> new Part.Hashed();
            case SAMPLE -> new Part.Sampled();
            case BOUNDS_STAGE -> new Part.Bounded(message.getBoundsStage());
        };
    }
}
