@NullMarked
package io.sinter.optimize;

import org.jspecify.annotations.NullMarked;
