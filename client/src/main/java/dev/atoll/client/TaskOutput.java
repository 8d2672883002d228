package dev.atoll.client;

import java.io.InputStream;

/**
 * What one task wrote.
 *
 * @param index the task's index in its stage
 * @param bytes its outputs that were asked for; to be read before the next task is
 */
public record TaskOutput(int index, InputStream bytes) {}
