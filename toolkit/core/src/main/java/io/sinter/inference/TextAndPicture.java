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

    /**
     * What a line of a file says.
     *
     * @param text or an empty one for none
     * @param picture a path, which starts at the file's folder, or an empty one for none
     * @param file that says it
     */
    public static TextAndPicture of(String text, String picture, Path file) {
        TextAndPicture alone =
                picture.isEmpty() ? new TextAndPicture(null, null) : picture(file.resolveSibling(picture));
        return text.isEmpty() ? alone : alone.withText(text);
    }

    /** The same with a text. */
    public TextAndPicture withText(String added) {
        return new TextAndPicture(added, picture);
    }
}
