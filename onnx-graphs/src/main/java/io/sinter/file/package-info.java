/** Writing files whole or not at all. */
@NullMarked
package io.sinter.file;

import org.jspecify.annotations.NullMarked;
