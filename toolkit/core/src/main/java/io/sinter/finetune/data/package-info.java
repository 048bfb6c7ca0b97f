/** Examples to train on: files of them, checked whole, read again line by line, put into batches of like lengths. */
@NullMarked
package io.sinter.finetune.data;

import org.jspecify.annotations.NullMarked;
