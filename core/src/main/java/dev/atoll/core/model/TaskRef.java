package dev.atoll.core.model;

/**
 * Points at one task.
 *
 * @param stage its stage
 * @param index its number in the stage, from 0
 */
public record TaskRef(StageRef stage, int index) {
    public TaskRef {
        if (index < 0) {
            throw new IllegalArgumentException("a task's index is at least 0, not " + index);
        }
    }

    @Override
    public String toString() {
        return stage + "." + index;
    }
}
