/** The words that everyone says: jobs, stages, tasks, resources, ranges. Immutable unless said. */
@NullMarked
package dev.atoll.core.model;

import org.jspecify.annotations.NullMarked;
