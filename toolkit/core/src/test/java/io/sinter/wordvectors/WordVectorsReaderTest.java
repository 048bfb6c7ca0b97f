package io.sinter.wordvectors;

import static io.sinter.wordvectors.WordVectorFiles.concat;
import static io.sinter.wordvectors.WordVectorFiles.read;
import static io.sinter.wordvectors.WordVectorFiles.row;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.MalformedException;
import io.sinter.error.SinterException;
import io.sinter.error.UnsupportedException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WordVectorsReaderTest {

    private static final String HEADER = "2 3\nthe 0.5 -1 2e-1 \nof 1 2 3\n";
    private static final String GLOVE = "the 0.5 -1 2e-1\nof 1 2 3\n";
    private static final float[] THE = {0.5f, -1, 0.2f};
    private static final float[] OF = {1, 2, 3};

    @TempDir
    Path folder;

    private WordVectorFiles files;

    @BeforeEach
    void files() {
        files = new WordVectorFiles(folder);
    }

    private static byte[] binary(String end) {
        return concat("2 3\n".getBytes(US_ASCII), row("the", end, THE), row("of", end, OF));
    }

    private static void assertTheAndOf(Path file, WordVectorFormat format) {
        assertThat(WordVectorHead.read(file).format()).isEqualTo(format);
        WordVectors vectors = read(file);
        assertThat(vectors.words()).containsExactly("the", "of");
        assertThat(vectors.rows().toFloatArray()).containsExactly(0.5f, -1, 0.2f, 1, 2, 3, 0, 0, 0);
        assertThat(vectors.notes()).isEmpty();
    }

    @Test
    void eachFormat_isTold_fromItsContents() {
        assertTheAndOf(files.text("a.txt", HEADER), WordVectorFormat.WORD2VEC);
        assertTheAndOf(files.text("a.vec", HEADER), WordVectorFormat.FASTTEXT);
        assertTheAndOf(files.text("a.bin", HEADER), WordVectorFormat.WORD2VEC);
        assertTheAndOf(files.text("b.txt", GLOVE), WordVectorFormat.GLOVE);
        assertTheAndOf(files.bytes("c.bin", binary("\n")), WordVectorFormat.WORD2VEC_BINARY);
        assertTheAndOf(files.bytes("d.txt", binary("")), WordVectorFormat.WORD2VEC_BINARY);
    }

    @Test
    void eachFormat_gzipped_isReadToo() {
        assertTheAndOf(files.gzipped("a.vec.gz", HEADER.getBytes(UTF_8)), WordVectorFormat.FASTTEXT);
        assertTheAndOf(files.gzipped("b.txt.gz", GLOVE.getBytes(UTF_8)), WordVectorFormat.GLOVE);
        assertTheAndOf(files.gzipped("c.bin.gz", binary("\n")), WordVectorFormat.WORD2VEC_BINARY);
        assertThat(WordVectorHead.read(folder.resolve("c.bin.gz")).describe()).isEqualTo("word2vec binary, gzipped");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "the 0.5 -1 2e-1\r\nof 1 2 3\r\n",
                "the\t0.5 -1  2e-1\nof 1\t2 3",
                "the 0.5 -1 2e-1\nof 1 2 3\n\n"
            })
    void separatorsAndLineEnds_ofAllKinds_areRead(String text) {
        assertTheAndOf(files.text("a.txt", text), WordVectorFormat.GLOVE);
    }

    @Test
    void words_mayHaveSpacesAndOtherWhiteSpace_inThem() {
        WordVectors vectors = read(files.text("a.txt", ". . . 1 2\na\u00A0b 3 4\n\u0085 5 6\n1999 7 8\n"));

        assertThat(vectors.words()).containsExactly(". . .", "a\u00A0b", "\u0085", "1999");
        assertThat(vectors.vectors().toFloatArray()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    }

    @Test
    void wordThatComesAgain_keepsItsFirstVector_withANote() {
        WordVectors vectors = read(files.text("a.txt", "a 1 2\nb 3 4\na 5 6\nc 7 8\na 9 9\n"));

        assertThat(vectors.words()).containsExactly("a", "b", "c");
        assertThat(vectors.rows().toFloatArray()).containsExactly(1, 2, 3, 4, 7, 8, 0, 0);
        assertThat(vectors.notes())
                .containsExactly("2 lines repeat a word (the first: \"a\", %s:3); the first vector of a word is kept"
                        .formatted(folder.resolve("a.txt")));
    }

    @Test
    void wordThatIsNoUtf8_getsReplacementCharacters_withANote() {
        byte[] text = "2 2\nok 1 2\ncaf\u00e9 3 4\n".getBytes(ISO_8859_1);

        WordVectors vectors = read(files.bytes("a.txt", text));

        assertThat(vectors.words()).containsExactly("ok", "caf\uFFFD");
        assertThat(vectors.notes())
                .singleElement()
                .asString()
                .contains("1 words are not UTF-8")
                .contains("a.txt:3");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2 3;a 1 2 3;b 1 2            |:3: 3 fields, expected a word and 3 numbers; is the line cut off?",
                "2 3;a 1 2 3;1 2 3            |:3: 3 fields, expected a word and 3 numbers",
                "2 3;a 1 2 3;b 1 2 3 4        |:3: 5 fields, and the one before the last 3 is a number too",
                "2 3;a 1 2 3;b 1 x 3          |:3: number 2 of 3: got \"x\", expected a finite decimal number",
                "2 3;a 1 2 3;b 1 nan 3        |:3: number 2 of 3: got \"nan\"",
                "2 3;a 1 2 3;b 1 inf 3        |:3: number 2 of 3: got \"inf\"",
                "2 3;a 1 2 3;b 1 1e39 3       |:3: number 2 of 3: got \"1e39\"",
                "2 3;a 1 2 3;;b 1 2 3         |:3: an empty line",
                "3 3;a 1.5 2.5 3.5;b 1 2 3.5  |: 2 words, but its header says 3; is the file whole?",
                "1 3;a 1 2 3;b 1 2 3          |:3: more words than the 1 that its header says",
                "9999999 3;a 1 2 3            |: 9,999,999 words of 3 numbers do not fit into its",
                "99999999999 3;a 1 2 3        |:1: the header says 99,999,999,999 words of 3 numbers; expected",
                "1 999999;a 1 2 3             |:1: the header says 1 words of 999,999 numbers; expected",
                "0 3;a 1 2 3                  |:1: the header says 0 words of 3 numbers; expected",
                "5 3                          |:1: the header says 5 words of 3 numbers, but nothing follows",
                "2 3;a 1 2;b 1 2              |:1: the header says 2 words of 3 numbers; looked at what follows",
                "2 1;a 1                      |:1: the header says 2 words of 1 numbers, but the first line could be",
                "a 1 2;b 3                    |:1: 3 fields, and the one before the last 1 is a number too",
                "hello                        |:1: got \"hello\", expected a header of two whole numbers",
                "{;x                          |:1: got \"{\", expected a header"
            })
    void mistake_isAnError_withItsLine(String text, String message) {
        Path file = files.text("a.txt", text.strip().replace(';', '\n'));

        assertThatThrownBy(() -> read(file))
                .isInstanceOf(MalformedException.class)
                .hasMessageStartingWith(file + message);
    }

    @Test
    void otherFiles_areRefused_bySaying_whatTheyAre() {
        assertThatThrownBy(() -> read(files.bytes("a.bin", new byte[] {(byte) 0xBA, 0x16, 0x4F, 0x2F, 12, 0, 0, 0})))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("fastText's own model");
        assertThatThrownBy(() -> read(files.text("b.bin", "PK\3\4 and more")))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("zip archive");
        assertThatThrownBy(() -> read(files.text("c.txt", ""))).hasMessageEndingWith("is empty, expected word vectors");
        assertThatThrownBy(() -> read(files.bytes("d.txt", new byte[ByteWindow.SIZE + 1])))
                .hasMessageContaining("a line of more than");
        byte[] packed = WordVectorFiles.gzip(HEADER.getBytes(UTF_8));
        assertThatThrownBy(() -> read(files.bytes("e.gz", Arrays.copyOf(packed, packed.length - 9))))
                .hasMessageContaining("is the file whole?");
    }

    @Test
    void binaryMistakes_areErrors_withWordAndByte() {
        byte[] header = "2 3\n".getBytes(US_ASCII);
        assertThatThrownBy(() -> read(
                        files.bytes("a.bin", concat(header, row("the", "\n", THE), row("of", "\n", 1, Float.NaN, 3)))))
                .hasMessageEndingWith("a.bin: word 2, byte 21: number 2 of 3 is not finite; expected finite float32");
        assertThatThrownBy(() -> read(files.bytes("b.bin", Arrays.copyOf(binary("\n"), 30))))
                .hasMessageContaining("the file ends in word 2 of the 2 that its header says");
        assertThatThrownBy(() -> read(files.bytes("c.bin", concat(binary("\n"), row("more", "\n", OF)))))
                .hasMessageContaining("goes on behind the 2 words");
        assertThatThrownBy(() ->
                        read(files.bytes("d.bin", concat("90000 3\n".getBytes(US_ASCII), row("the", "\n", THE)))))
                .hasMessageContaining("do not fit into its");
        assertThatThrownBy(() -> read(files.bytes("e.bin", concat(header, row("the", "\n", THE), new byte[5000]))))
                .hasMessageContaining("no space within 4,096 bytes");
    }

    @Test
    void gzippedZeros_areRefused_beforeTheyFillTheMemory() {
        byte[] zeros = new byte[96 << 20];
        System.arraycopy("a 1 2\n".getBytes(US_ASCII), 0, zeros, 0, 6);
        Arrays.fill(zeros, 6, zeros.length, (byte) '\n');

        assertThatThrownBy(() -> read(files.gzipped("a.txt.gz", zeros)))
                .hasMessageContaining("unpacks to more than 64 times its size");
    }

    @Test
    void lines_acrossTheBuffersEnd_areReadWhole() {
        StringBuilder text = new StringBuilder();
        int rows = 300_000;
        for (int i = 0; i < rows; i++) {
            text.append("w")
                    .append(i)
                    .append(' ')
                    .append(i / 8f)
                    .append(" -")
                    .append(i)
                    .append('\n');
        }
        assertThat(text.length()).isGreaterThan(2 * ByteWindow.SIZE);

        WordVectors vectors = read(files.text("a.txt", text.toString()));

        float[] numbers = vectors.vectors().toFloatArray();
        assertThat(vectors.words()).hasSize(rows);
        for (int i = 0; i < rows; i++) {
            if (numbers[2 * i] != i / 8f || numbers[2 * i + 1] != -i) {
                throw new AssertionError("row " + i);
            }
        }
    }

    /** Whatever is done to a file, it is read or refused; nothing else is thrown, and nothing hangs. */
    @Test
    void damagedFiles_areReadOrRefused() {
        SplittableRandom random = new SplittableRandom(20_261_123);
        for (byte[] whole : List.of(
                HEADER.getBytes(UTF_8),
                GLOVE.getBytes(UTF_8),
                binary("\n"),
                WordVectorFiles.gzip(GLOVE.getBytes(UTF_8)))) {
            for (int cut = 0; cut < whole.length; cut++) {
                readOrRefused(files.bytes("cut.txt", Arrays.copyOf(whole, cut)));
            }
            for (int i = 0; i < 400; i++) {
                byte[] flipped = whole.clone();
                flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
                flipped[random.nextInt(flipped.length)] = (byte) random.nextInt();
                readOrRefused(files.bytes("flipped.txt", flipped));
            }
        }
    }

    private static void readOrRefused(Path file) {
        try {
            WordVectors vectors = read(file);
            assertThatCode(vectors::vectors).doesNotThrowAnyException();
        } catch (SinterException e) {
            assertThat(e.getMessage()).contains(file.toString());
        }
    }
}
