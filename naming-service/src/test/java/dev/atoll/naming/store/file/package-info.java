/** The store on files, and what it survives. */
@NullMarked
package dev.atoll.naming.store.file;

import org.jspecify.annotations.NullMarked;
