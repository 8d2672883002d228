/** What users and operators ask for, checked, answered from the scheduler, and translated. */
@NullMarked
package dev.atoll.master.api;

import org.jspecify.annotations.NullMarked;
