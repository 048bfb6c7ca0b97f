/** The command line: a class per command. */
@NullMarked
package io.sinter.cli;

import org.jspecify.annotations.NullMarked;
