/** The folder for what is unpacked or downloaded once and used by every run. */
@NullMarked
package io.sinter.cache;

import org.jspecify.annotations.NullMarked;
