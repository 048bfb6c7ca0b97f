/** What models learn when they are trained on: the data, the loss and what it is measured by. */
@NullMarked
package io.sinter.finetune.task;

import org.jspecify.annotations.NullMarked;
