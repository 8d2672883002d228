/** What users submit, and what becomes of each task when it runs. */
@NullMarked
package dev.atoll.simulation.workload;

import org.jspecify.annotations.NullMarked;
