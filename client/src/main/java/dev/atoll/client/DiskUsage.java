package dev.atoll.client;

/**
 * How a worker's disk is used.
 *
 * @param keptBytes for files that have names
 * @param cachedBytes other inputs of tasks, which make room when it is needed
 * @param cachedBytesMax above this, those that were not used for longest are deleted
 * @param freeBytes what is free on the disk
 */
public record DiskUsage(
        String workerId, long keptBytes, long cachedBytes, long cachedBytesMax, long freeBytes) {}
