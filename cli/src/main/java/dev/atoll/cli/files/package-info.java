/** The files that travel with a job: named ones and directories, without what is to be ignored. */
@NullMarked
package dev.atoll.cli.files;

import org.jspecify.annotations.NullMarked;
