package io.sinter.onnx.io;

import static io.sinter.onnx.io.Protos.attribute;
import static io.sinter.onnx.io.Protos.everything;
import static io.sinter.onnx.io.Protos.longs;
import static io.sinter.onnx.io.Protos.model;
import static io.sinter.onnx.io.Protos.node;
import static io.sinter.onnx.io.Protos.sum;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.sinter.onnx.io.proto.AttributeProto.AttributeType;
import io.sinter.onnx.ir.Model;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The text form says everything that a reader needs, a line each. */
class TextFormTest {

    @Test
    void model_asText_listsEverything() {
        Model model = OnnxReader.read(everything().build().toByteArray());

        assertThat(TextForm.of(model)).isEqualTo("""
                        model, IR version 8, operator sets ai.onnx 17, org.example 1
                          meta made by = "a test"
                        graph "sum"
                          in   x: FLOAT [2]
                          in   condition: BOOL
                          out  y: FLOAT [2]
                          out  scaled: FLOAT [2]
                          init w: FLOAT [2] (8 bytes) {1.5, -2.0}
                          init shape: INT64 [2] (16 bytes) {1, 2}
                          init text: STRING [1] (5 bytes)
                          y = Add(x, w)
                          c = Constant[value=FLOAT [2] {5.0, 6.0}]()
                          z = If(condition)
                            then_branch: graph "branch"
                              out  by: FLOAT [2]
                              init bw: FLOAT [2] (8 bytes) {3.0, 4.0}
                              by = Mul(x, bw)
                            else_branch: graph "other"
                              out  by: FLOAT [2]
                              init bw: FLOAT [2] (8 bytes) {3.0, 4.0}
                              by = Mul(x, bw)
                          scaled = org.example.Scale[by={1, -1}](z)
                        function org.example.Scale, operator sets ai.onnx 17
                          in   a
                          out  b
                          b = Identity(a)
                        """);
    }

    @Test
    void longValues_areCut() {
        Model model = OnnxReader.read(model(sum().addNode(node("Any", List.of("x", ""), List.of("z"))
                        .setName("any")
                        .addAttribute(attribute("ints", AttributeType.INTS)
                                .addAllInts(LongStream.range(0, 9).boxed().toList()))
                        .addAttribute(attribute("text", AttributeType.STRING)
                                .setS(ByteString.copyFromUtf8("\"" + "a".repeat(80))))
                        .addAttribute(
                                attribute("tensor", AttributeType.TENSOR).setT(longs("", 1, 2, 3, 4, 5, 6, 7, 8, 9)))))
                .build()
                .toByteArray());

        assertThat(TextForm.of(model.graph().nodes().getLast()))
                .isEqualTo("z = Any[ints={0, 1, 2, 3, 4, 5, 6, 7, ... 9 in all}, text=\"\\\"" + "a".repeat(58)
                        + "...\" (81 characters), tensor=INT64 [9]](x, _)  # any");
    }
}
