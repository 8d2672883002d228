/** Objects of servers that speak the S3 protocol, as inputs. */
@NullMarked
package dev.atoll.cli.s3;

import org.jspecify.annotations.NullMarked;
