package io.sinter.missing;

import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.linalg.Matrix;
import io.sinter.source.ModelSource;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows of real models that were never trained. */
@Tag("slow")
class RealTablesTest {

    /**
     * In BERT's English vocabulary, rows 1 to 99 and 104 to 998 are named {@code [unusedN]}; 81 is not like the others. In the
     * Chinese one, 1 to 99 are, and thousands of pieces such as {@code ##龸} never occur. Signs and letters follow.
     */
    @ParameterizedTest
    @CsvSource({
        "all-MiniLM-L6-v2, 998, 999, 1400, 1700",
        "bge-small-en-v1.5, 998, 999, 1200, 1500",
        "e5-small-v2, 998, 999, 1200, 1500",
        "bge-small-zh-v1.5, 99, 106, 7500, 8700"
    })
    void trainedRows_ofRealTables_areTheUsedOnes(String model, int lastUnused, int firstSign, int fewest, int most) {
        Path folder = Path.of(System.getProperty("sinter.cache"), "models", model);
        Matrix table = Matrix.copyOf(ModelSource.open(folder).table().data());

        TrainedRows rows = TrainedRows.of(table);

        assertThat(rows.untrained().cardinality()).isBetween(fewest, most);
        for (int row = 1; row <= lastUnused; row++) {
            boolean special = row >= 100 && row <= 103;
            if (row != 81) {
                assertThat(rows.isTrained(row)).as("row %d", row).isEqualTo(special);
            }
        }
        for (int row = firstSign; row < firstSign + 60; row++) {
            assertThat(rows.isTrained(row)).as("row %d", row).isTrue();
        }
    }
}
