/** Pictures in files to the numbers that encoders of pictures take, as {@code preprocessor_config.json} says. */
@org.jspecify.annotations.NullMarked
package io.sinter.image;
