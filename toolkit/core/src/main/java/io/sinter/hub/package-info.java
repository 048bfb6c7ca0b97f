/** Models of a Hugging Face hub: found, downloaded once, checked, kept in Sinter's cache. */
@NullMarked
package io.sinter.hub;

import org.jspecify.annotations.NullMarked;
