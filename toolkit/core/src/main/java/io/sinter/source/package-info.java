/**
 * Where models come from: directories, ONNX files and safetensors files, and what a merge needs from them: the table of
 * token embeddings, the projections tied to it, and the tokenizer's files.
 */
@NullMarked
package io.sinter.source;

import org.jspecify.annotations.NullMarked;
