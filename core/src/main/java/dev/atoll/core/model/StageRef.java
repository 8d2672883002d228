package dev.atoll.core.model;

/**
 * Points at one stage of a job.
 *
 * @param job the job
 * @param stage the position of the stage in the job, from 0
 */
public record StageRef(JobId job, int stage) implements Comparable<StageRef> {
    public StageRef {
        if (stage < 0) {
            throw new IllegalArgumentException("a stage's position is at least 0, not " + stage);
        }
    }

    @Override
    public int compareTo(StageRef other) {
        int byJob = job.compareTo(other.job);
        return byJob != 0 ? byJob : Integer.compare(stage, other.stage);
    }

    @Override
    public String toString() {
        return job + "/" + stage;
    }
}
