package io.sinter.hub;

import io.sinter.error.MalformedException;
import io.sinter.hub.HubDigest.Kind;
import io.sinter.json.StrictJson;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a repository has at a commit. Read from the hub's answer to {@code /api/models/REPO/revision/REV?blobs=true}, and
 * kept in the cache in the same form.
 *
 * @param commit 40 hexadecimal digits
 * @param files in the hub's order
 */
record HubListing(String commit, List<HubFile> files) {

    /** Bytes of a listing that are read. */
    static final long MAX_BYTES = 32L << 20;

    private static final int MOST_FILES = 100_000;
    private static final long LARGEST_FILE = 1L << 50;
    private static final JsonMapper MAPPER = JsonMapper.shared();

    /** Copies the list. */
    HubListing {
        files = List.copyOf(files);
    }

    /**
     * Reads a listing.
     *
     * @param where the address, for messages
     * @throws MalformedException if it is none, or names a file that could not stand in a folder
     */
    static HubListing parse(Path where, byte[] json) {
        JsonNode root = StrictJson.object(where, json);
        String commit = root.path("sha").asString("");
        if (!HubModel.isCommit(commit)) {
            throw new MalformedException(
                    "%s: sha: got %s, expected a commit of 40 hexadecimal digits".formatted(where, root.path("sha")));
        }
        JsonNode siblings = root.path("siblings");
        if (!siblings.isArray() || siblings.size() > MOST_FILES) {
            throw new MalformedException("%s: siblings: got %s, expected an array of %d files at most"
                    .formatted(where, siblings.isArray() ? siblings.size() + " files" : "none", MOST_FILES));
        }
        List<HubFile> files = new ArrayList<>();
        Set<String> paths = new HashSet<>();
        for (JsonNode sibling : siblings) {
            HubFile file = file(where, sibling);
            if (!paths.add(file.path())) {
                throw new MalformedException("%s: \"%s\": listed twice".formatted(where, file.path()));
            }
            files.add(file);
        }
        return new HubListing(commit, files);
    }

    private static HubFile file(Path where, JsonNode entry) {
        String path = entry.path("rfilename").asString("");
        String mistake = HubFile.mistakeIn(path);
        if (!mistake.isEmpty()) {
            throw new MalformedException("%s: file \"%s\": %s; a listing like this is not to be trusted"
                    .formatted(where, printable(path), mistake));
        }
        JsonNode size = entry.path("size");
        if (!size.isIntegralNumber() || !size.canConvertToLong() || size.asLong() < 0 || size.asLong() > LARGEST_FILE) {
            throw new MalformedException("%s: file \"%s\": size: got %s, expected a number from 0 to %d"
                    .formatted(where, path, size.isMissingNode() ? "none" : size, LARGEST_FILE));
        }
        return new HubFile(path, size.asLong(), digest(where, path, entry));
    }

    private static Optional<HubDigest> digest(Path where, String path, JsonNode entry) {
        JsonNode large = entry.path("lfs");
        Kind kind = large.isObject() ? Kind.SHA_256 : Kind.GIT_BLOB;
        JsonNode hex = large.isObject() ? large.path("sha256") : entry.path("blobId");
        if (hex.isMissingNode() || hex.isNull()) {
            return Optional.empty();
        }
        if (!HubDigest.isOne(kind, hex.asString(""))) {
            throw new MalformedException(
                    "%s: file \"%s\": got digest %s, expected %s".formatted(where, path, hex, kind));
        }
        return Optional.of(new HubDigest(kind, hex.asString("")));
    }

    /** The file at a path. */
    Optional<HubFile> find(String path) {
        return files.stream().filter(f -> f.path().equals(path)).findFirst();
    }

    /** The same as {@link #parse} reads it. */
    byte[] toJson() {
        ObjectNode root = MAPPER.createObjectNode().put("sha", commit);
        ArrayNode siblings = root.putArray("siblings");
        for (HubFile file : files) {
            ObjectNode entry =
                    siblings.addObject().put("rfilename", file.path()).put("size", file.size());
            file.digest().ifPresent(digest -> {
                switch (digest.kind()) {
                    case SHA_256 -> entry.putObject("lfs").put("sha256", digest.hex());
                    case GIT_BLOB -> entry.put("blobId", digest.hex());
                }
            });
        }
        return MAPPER.writeValueAsBytes(root);
    }

    private static String printable(String path) {
        String start = path.length() > 100 ? path.substring(0, 100) + "…" : path;
        return start.replaceAll("\\p{Cntrl}", "�");
    }
}
