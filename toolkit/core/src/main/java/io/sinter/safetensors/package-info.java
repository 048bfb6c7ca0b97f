/** The safetensors format: files, sharded checkpoints, and writing them. */
@NullMarked
package io.sinter.safetensors;

import org.jspecify.annotations.NullMarked;
