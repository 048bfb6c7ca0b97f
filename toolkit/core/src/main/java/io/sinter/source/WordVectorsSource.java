package io.sinter.source;

import io.sinter.tokenizer.SpecialToken;
import io.sinter.tokenizer.TokenizerJson;
import io.sinter.tokenizer.Vocabulary;
import io.sinter.wordvectors.WordVectorHead;
import io.sinter.wordvectors.WordVectors;
import io.sinter.wordvectors.WordVectorsReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file of word vectors: word2vec text or binary, GloVe, fastText {@code .vec}, each also gzipped. Its tokens are its
 * words. Where none of them stands for unknown words, the table has a row of zeros behind the words' for that, which is
 * padding to the vocabulary and {@code [UNK]} to the tokenizer.
 */
public final class WordVectorsSource implements ModelSource {

    private static final Pattern NAMES = Pattern.compile(".*\\.(vec|txt|bin|w2v)(\\.gz)?");

    private final WordVectorHead head;
    private @Nullable Content content;

    private WordVectorsSource(WordVectorHead head) {
        this.head = head;
    }

    /** What is in the file, once it is read. */
    private record Content(WordVectors vectors, Vocabulary vocabulary) {

        boolean hasUnknown() {
            return vocabulary.special(SpecialToken.UNK).isPresent();
        }
    }

    static boolean isNamedSo(Path path) {
        return NAMES.matcher(path.toString().toLowerCase(Locale.ROOT)).matches();
    }

    /** Looks at the file's beginning; the rest is read when it is asked for. */
    static WordVectorsSource open(Path path) {
        return new WordVectorsSource(WordVectorHead.read(path));
    }

    @Override
    public Path path() {
        return head.file();
    }

    @Override
    public String kind() {
        return "word vectors (" + head.describe() + ")";
    }

    @Override
    public Companions companions() {
        return Companions.none(path());
    }

    @Override
    public List<Path> weightFiles() {
        return List.of(path());
    }

    @Override
    public SourceTable table() {
        Content read = content();
        int words = read.vectors().words().size();
        return read.hasUnknown()
                ? new SourceTable(read.vectors().vectors(), "%s: %,d words".formatted(path(), words))
                : new SourceTable(
                        read.vectors().rows(), "%s: %,d words and a row of zeros for others".formatted(path(), words));
    }

    @Override
    public Optional<Vocabulary> vocabulary() {
        return Optional.of(content().vocabulary());
    }

    @Override
    public Optional<TokenizerJson> findTokenizer() {
        return Optional.of(TokenizerJson.ofWords(path(), content().vocabulary()));
    }

    @Override
    public boolean hasTokenizer() {
        return true;
    }

    @Override
    public List<String> notes() {
        return content().vectors().notes();
    }

    private synchronized Content content() {
        Content known = content;
        if (known == null) {
            WordVectors read = WordVectorsReader.read(head);
            known = new Content(read, Vocabulary.ofWords(path(), read.words()));
            content = known;
        }
        return known;
    }
}
