package io.sinter.inference;

import io.sinter.image.Picture;
import io.sinter.image.PictureFile;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A text, a picture, or both of one thing.
 *
 * @param text or null where there is none; an empty text is a text
 * @param picture what decodes the picture, or null where there is none
 */
public record TextAndPicture(
        @Nullable String text, @Nullable Supplier<Picture> picture) {

    /** A text alone. */
    public static TextAndPicture text(String text) {
        return new TextAndPicture(text, null);
    }

    /** A picture alone: a PNG or JPEG, which is read when it is needed. */
    public static TextAndPicture picture(Path file) {
        return new TextAndPicture(null, () -> PictureFile.read(file));
    }

    /** The same with a text. */
    public TextAndPicture withText(String added) {
        return new TextAndPicture(added, picture);
    }
}
