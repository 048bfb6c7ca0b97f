package io.sinter.runtime;

import ai.onnxruntime.OrtEnvironment;
import io.sinter.cache.CacheDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * ONNX Runtime's native libraries, unpacked once into the cache. Left to itself ONNX Runtime unpacks them into a new
 * temporary folder at every start, which takes about 150 ms; it takes an unpacked copy where the system property
 * {@code onnxruntime.native.path} names one.
 */
final class NativeLibraries {

    private static final String PATH_PROPERTY = "onnxruntime.native.path";

    private static final List<String> NAMES = List.of(
            "onnxruntime",
            "onnxruntime4j_jni",
            "onnxruntime_providers_shared",
            "onnxruntime_providers_cuda",
            "onnxruntime_providers_tensorrt");

    private NativeLibraries() {}

    /**
     * Points ONNX Runtime at the unpacked libraries. Does nothing where the property is set already, where this platform's
     * libraries are not on the class path (ONNX Runtime then says so), or where the cache cannot be written (ONNX Runtime
     * then unpacks them itself). Must run before ONNX Runtime's classes are initialised.
     */
    static synchronized void unpack(CacheDirectory cache) {
        if (System.getProperty(PATH_PROPERTY) != null) {
            return;
        }
        try {
            Map<String, URL> libraries = onClassPath();
            if (!libraries.isEmpty()) {
                Path folder = cache.folder(
                        "native/" + folderName(libraries), f -> isWhole(f, libraries), f -> copy(libraries, f));
                System.setProperty(PATH_PROPERTY, folder.toAbsolutePath().toString());
            }
        } catch (IOException e) {
            System.getLogger(NativeLibraries.class.getName())
                    .log(System.Logger.Level.DEBUG, "ONNX Runtime's libraries are not cached", e);
        }
    }

    private static String folderName(Map<String, URL> libraries) {
        String version = OrtEnvironment.class.getPackage().getImplementationVersion();
        String build = libraries.keySet().stream().anyMatch(n -> n.contains("providers_cuda")) ? "-cuda" : "";
        return "onnxruntime-" + (version == null ? "unknown" : version) + "-" + platform() + build;
    }

    private static Map<String, URL> onClassPath() {
        Map<String, URL> found = new LinkedHashMap<>();
        for (String name : NAMES) {
            String file = System.mapLibraryName(name);
            URL url = OrtEnvironment.class.getResource("/ai/onnxruntime/native/" + platform() + "/" + file);
            if (url != null) {
                found.put(file, url);
            }
        }
        return found;
    }

    /** This platform as ONNX Runtime's jar names it, such as {@code linux-x64}. */
    private static String platform() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        String system = os.contains("mac") ? "osx" : os.contains("win") ? "win" : "linux";
        return system + "-" + (arch.equals("amd64") || arch.equals("x86_64") ? "x64" : arch);
    }

    private static boolean isWhole(Path folder, Map<String, URL> libraries) throws IOException {
        for (Map.Entry<String, URL> library : libraries.entrySet()) {
            Path file = folder.resolve(library.getKey());
            if (Files.notExists(file) || Files.size(file) != size(library.getValue())) {
                return false;
            }
        }
        return true;
    }

    private static long size(URL url) throws IOException {
        return url.openConnection().getContentLengthLong();
    }

    private static void copy(Map<String, URL> libraries, Path folder) throws IOException {
        for (Map.Entry<String, URL> library : libraries.entrySet()) {
            try (InputStream in = library.getValue().openStream()) {
                Files.copy(in, folder.resolve(library.getKey()));
            }
        }
    }
}
