/** Fine-tuning: models that a merge or anyone wrote, opened for training and written anew with other numbers. */
@NullMarked
package io.sinter.finetune;

import org.jspecify.annotations.NullMarked;
