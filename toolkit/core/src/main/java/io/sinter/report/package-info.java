/** Numbers and lists for people and machines: what a model holds, what a merge did. */
@NullMarked
package io.sinter.report;

import org.jspecify.annotations.NullMarked;
