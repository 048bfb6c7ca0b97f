@NullMarked
package io.sinter.quality;

import org.jspecify.annotations.NullMarked;
