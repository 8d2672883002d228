/** Reads jobs from YAML files. */
@NullMarked
package dev.atoll.cli.jobfile;

import org.jspecify.annotations.NullMarked;
