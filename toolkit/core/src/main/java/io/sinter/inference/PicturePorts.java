package io.sinter.inference;

import io.sinter.error.MissingException;
import io.sinter.pooling.Pooling;
import io.sinter.runtime.Port;
import io.sinter.runtime.Session;
import java.util.List;
import java.util.Optional;

/**
 * Which output of an image encoder's graph is a picture's vector.
 * <ol>
 *   <li>With a pooling from the caller, token vectors {@code [B, S, d]} are pooled: {@code last_hidden_state} or the only
 *       output of rank 3. All of a picture's tokens count, those before the patches, too: {@code cls} is the class token.
 *   <li>Else {@code image_embeds} (CLIP, SigLIP: compared with the vectors of texts), {@code sentence_embedding} or
 *       {@code pooler_output} (ViT, DINOv2, SigLIP's image tower: what its family makes of a picture), the first that there
 *       is.
 *   <li>Else the only output, if its rank is 2 and it holds no logits.
 * </ol>
 *
 * @param output the output that is asked for
 * @param pooling what is done with it, or nothing if it holds pictures' vectors
 */
record PicturePorts(Port output, Optional<Pooling> pooling) {

    private static final List<String> VECTORS = List.of("image_embeds", "sentence_embedding", "pooler_output");

    /**
     * Finds the port.
     *
     * @throws MissingException if no output is a picture's vector, and no pooling is chosen
     * @throws io.sinter.error.UnsupportedException if a pooling is chosen, and there are no clear token vectors
     */
    static PicturePorts of(String where, Session session, Optional<Pooling> chosen) {
        if (chosen.isPresent()) {
            return new PicturePorts(EncoderPorts.tokenVectors(where, session.outputs()), chosen);
        }
        List<Port> vectors = EncoderPorts.ofRank(session.outputs(), 2);
        Optional<Port> named = VECTORS.stream()
                .flatMap(name -> vectors.stream().filter(port -> port.name().equals(name)))
                .findFirst();
        Optional<Port> only = session.outputs().size() == 1 && !vectors.isEmpty()
                ? vectors.stream().filter(port -> !port.name().equals("logits")).findFirst()
                : Optional.empty();
        return named.or(() -> only)
                .map(port -> new PicturePorts(port, Optional.empty()))
                .orElseThrow(() -> new MissingException(
                        "%s: which output is a picture's vector is not known: the graph's outputs: %s; give a pooling, such as cls or mean"
                                .formatted(where, EncoderPorts.describe(session.outputs()))));
    }
}
