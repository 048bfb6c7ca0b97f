/** Reading JSON that may be broken or hostile. */
@NullMarked
package io.sinter.json;

import org.jspecify.annotations.NullMarked;
