@NullMarked
package io.sinter.hub;

import org.jspecify.annotations.NullMarked;
