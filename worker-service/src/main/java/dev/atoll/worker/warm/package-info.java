/** Programs that stay: started once, given task after task, ended when nobody wants them. */
@NullMarked
package dev.atoll.worker.warm;

import org.jspecify.annotations.NullMarked;
