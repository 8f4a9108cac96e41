package org.assetstager.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.AbstractStringAssert;
import org.assetstager.asset.JobFailure;
import org.assetstager.files.UnixFiles;
import org.assetstager.testing.OpenedNames;
import org.assetstager.testing.Swapper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("process")
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GuardedFileTest {
  @TempDir Path folder;
  private Path inside;
  private Path outside;
  private AssetRoot root;

  @BeforeEach
  void makeRoot() throws IOException {
    folder = folder.toRealPath();
    inside = Files.createDirectory(folder.resolve("root"));
    outside = Files.createDirectory(folder.resolve("root-but-not-inside"));
    Files.writeString(outside.resolve("secret"), "secret");
    root = AssetRoot.open(inside.toString());
  }

  @Test
  void open_file_canBeRead() throws IOException {
    Files.writeString(inside.resolve("file"), "content");

    try (GuardedFile file = GuardedFile.open(root, "file")) {
      assertThat(read(file)).isEqualTo("content");
      assertThat(file.factsWhenOpened()).isEqualTo(UnixFiles.facts(inside.resolve("file")));
      assertThat(file.factsNow()).isEqualTo(file.factsWhenOpened());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Too many open files", "Too many open files in system"})
  void explain_noMoreFilesCanBeOpened_isNoFaultOfTheFile(String reason) throws IOException {
    Path path = Files.writeString(inside.resolve("file"), "content");

    assertThatThrownBy(
            () ->
                LocatedFile.explain(
                    root, path, new FileSystemException(path.toString(), null, reason)))
        .isInstanceOfSatisfying(
            JobFailure.class, e -> assertThat(e.kind()).isEqualTo(JobFailure.Kind.SYSTEM))
        .hasMessageContaining("No more files can be opened on host ")
        .hasMessageContaining(reason + ". Raise the limit of open files (ulimit -n)");
  }

  @Test
  void explain_fileThatIsThereAgain_wasDeletedAndIsNotUnreadable() throws IOException {
    Path path = Files.writeString(inside.resolve("file"), "content");

    FileRefusedException refusal =
        LocatedFile.explain(root, path, new NoSuchFileException(path.toString()));

    assertThat(refusal.verdict()).isEqualTo(Verdict.DELETED);
    assertThat(refusal).hasMessageContaining("a moment later there was again");
  }

  @Test
  void open_nameOfADeletedFile_isFound() throws IOException {
    Files.writeString(inside.resolve("file (deleted)"), "content");

    try (GuardedFile file = GuardedFile.open(root, "file (deleted)")) {
      assertThat(read(file)).isEqualTo("content");
    }
    assertRefused("file", Verdict.DELETED).isEqualTo("Nothing is at the path");
  }

  @Test
  void open_absolutePathToTheOutside_isOutsideRoot() {
    assertRefused(outside.resolve("secret").toString(), Verdict.OUTSIDE_ROOT)
        .contains("outside the root '" + inside + "'");
  }

  @Test
  void open_pathThatStaysInsideByDots_isFound() throws IOException {
    Files.createDirectory(inside.resolve("directory"));
    Files.writeString(inside.resolve("file"), "content");

    for (String path : new String[] {"./file", "directory/../file", "directory/.././file"}) {
      try (GuardedFile file = GuardedFile.open(root, path)) {
        assertThat(read(file)).isEqualTo("content");
      }
    }
  }

  @Test
  void open_rootOfTheFileSystem_holdsAll() throws IOException {
    Path path = Files.writeString(inside.resolve("file"), "content");

    try (GuardedFile file = GuardedFile.open(AssetRoot.open("/"), path.toString().substring(1))) {
      assertThat(read(file)).isEqualTo("content");
    }
  }

  @Test
  void close_file_closesTheChannel() throws IOException {
    Files.writeString(inside.resolve("file"), "content");
    GuardedFile file = GuardedFile.open(root, "file");

    file.close();

    assertThat(file.channel().isOpen()).isFalse();
  }

  static String[] names() {
    return new String[] {
      " ",
      "a b",
      "new\nline",
      "tab\t",
      "#?%20",
      "é-ü-日本",
      "🙂",
      "-",
      "*",
      "~",
      "\\",
      "'\"",
      "x".repeat(255),
      "é".repeat(127),
      "a/deep/ly/nested/name",
      "sub//double",
      "e\u0301"
    };
  }

  @ParameterizedTest
  @MethodSource("names")
  void open_anyName_isFound(String name) throws IOException {
    Path file = inside.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, name);

    try (GuardedFile opened = GuardedFile.open(root, name)) {
      assertThat(read(opened)).isEqualTo(name);
    }
  }

  @Test
  void open_linkInsideTheRoot_isFollowed() throws IOException {
    Files.createDirectory(inside.resolve("directory"));
    Files.writeString(inside.resolve("directory/file"), "content");
    Files.createSymbolicLink(inside.resolve("relative"), Path.of("directory/../directory/file"));
    Files.createSymbolicLink(inside.resolve("absolute"), inside.resolve("relative"));
    Files.createSymbolicLink(inside.resolve("parent"), Path.of("directory"));

    for (String path : new String[] {"relative", "absolute", "parent/file"}) {
      try (GuardedFile file = GuardedFile.open(root, path)) {
        assertThat(read(file)).isEqualTo("content");
      }
    }
  }

  @Test
  void open_rootIsALink_isFollowed() throws IOException {
    Files.writeString(inside.resolve("file"), "content");
    Path link = Files.createSymbolicLink(folder.resolve("link"), inside);

    try (GuardedFile file = GuardedFile.open(AssetRoot.open(link.toString()), "file")) {
      assertThat(read(file)).isEqualTo("content");
    }
  }

  @Test
  void open_linkThroughOutsideBackIn_isFollowed() throws IOException {
    Files.writeString(inside.resolve("file"), "content");
    Files.createSymbolicLink(outside.resolve("back"), inside.resolve("file"));
    Files.createSymbolicLink(inside.resolve("link"), outside.resolve("back"));

    try (GuardedFile file = GuardedFile.open(root, "link")) {
      assertThat(read(file)).isEqualTo("content");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"absolute", "relative", "parent/secret", "../root-but-not-inside/secret"})
  void open_leadsOutside_isOutsideRoot(String path) throws IOException {
    Files.createSymbolicLink(inside.resolve("absolute"), outside.resolve("secret"));
    Files.createSymbolicLink(inside.resolve("relative"), Path.of("../root-but-not-inside/secret"));
    Files.createSymbolicLink(inside.resolve("parent"), outside);

    assertRefused(path, Verdict.OUTSIDE_ROOT)
        .isEqualTo(
            "The path leads to '%s', outside the root '%s'", outside.resolve("secret"), inside);
  }

  @ParameterizedTest
  @ValueSource(strings = {"absolute", "climbing", "parent/missing", "chain", "through/x"})
  void open_linkDanglesOutside_isOutsideRoot(String path) throws IOException {
    Files.createSymbolicLink(inside.resolve("absolute"), outside.resolve("missing"));
    Files.createSymbolicLink(inside.resolve("climbing"), Path.of("no/../../missing"));
    Files.createSymbolicLink(inside.resolve("parent"), outside);
    Files.createSymbolicLink(inside.resolve("chain"), Path.of("absolute"));
    Files.createSymbolicLink(inside.resolve("through"), outside.resolve("secret"));

    assertRefused(path, Verdict.OUTSIDE_ROOT).contains("outside the root '" + inside + "'");
  }

  @Test
  void open_linkDanglesInside_isDeleted() throws IOException {
    Files.createSymbolicLink(inside.resolve("link"), Path.of("missing"));

    assertRefused("link", Verdict.DELETED)
        .isEqualTo(
            "The path is a symbolic link to '%s', where nothing is", inside.resolve("missing"));
  }

  @Test
  void open_nothingThere_isDeleted() {
    assertRefused("missing", Verdict.DELETED).isEqualTo("Nothing is at the path");
    assertRefused("missing/too", Verdict.DELETED).isEqualTo("Nothing is at the path");
  }

  @Test
  void open_parentIsAFile_isDeleted() throws IOException {
    Files.writeString(inside.resolve("file"), "content");

    assertRefused("file/below", Verdict.DELETED)
        .isEqualTo("Nothing is at the path: '%s' is not a directory", inside.resolve("file"));
  }

  @Test
  void open_directory_isNoRegularFile() throws IOException {
    Files.createDirectory(inside.resolve("directory"));

    assertRefused("directory", Verdict.DELETED)
        .isEqualTo("No regular file is at the path, it is a directory");
    assertRefused("", Verdict.DELETED).endsWith("it is a directory");
  }

  @Test
  void open_fifo_isNoRegularFileAndDoesNotHang() throws Exception {
    makeFifo(inside.resolve("fifo"));

    assertRefused("fifo", Verdict.DELETED)
        .isEqualTo("No regular file is at the path, it is a FIFO");
  }

  @Test
  void open_socket_isNoRegularFile() throws IOException {
    try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(inside.resolve("socket")));

      assertRefused("socket", Verdict.DELETED)
          .isEqualTo("No regular file is at the path, it is a socket");
    }
  }

  @Test
  void open_device_isNoRegularFile() {
    root = AssetRoot.open("/dev");

    assertRefused("zero", Verdict.DELETED)
        .isEqualTo("No regular file is at the path, it is a device");
  }

  @Test
  void open_linkLoop_isUnreadable() throws IOException {
    Files.createSymbolicLink(inside.resolve("one"), Path.of("two"));
    Files.createSymbolicLink(inside.resolve("two"), Path.of("one"));

    assertRefused("one", Verdict.UNREADABLE).isEqualTo("Its symbolic links form a loop");
  }

  @Test
  void open_nameTooLong_isUnreadable() {
    assertRefused("x".repeat(256), Verdict.UNREADABLE).isEqualTo("File name too long");
  }

  @ParameterizedTest
  @ValueSource(strings = {"half a surrogate \uD800", "a NUL \0"})
  void open_nameThatJavaCantRepresent_isUnreadable(String name) {
    assertRefused(name, Verdict.UNREADABLE).startsWith("Java can't represent the file name: ");
  }

  // A file of the kernel that may only be written, even by root: open(2) gives EACCES.
  @Test
  void open_permissionDenied_isUnreadable() {
    root = AssetRoot.open("/proc/sys/vm");

    assertRefused("compact_memory", Verdict.UNREADABLE).isEqualTo("Permission denied");
  }

  @Test
  void open_rootIsGone_failsTheJob() throws IOException {
    Files.move(inside, folder.resolve("unmounted"));

    assertThatThrownBy(() -> GuardedFile.open(root, "missing"))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("The root '" + inside + "' is not what it should be");
  }

  @Test
  void open_rootIsAnEmptyMountPoint_failsTheJob() throws IOException {
    Files.move(inside, folder.resolve("unmounted"));
    Files.createDirectory(inside);

    assertThatThrownBy(() -> GuardedFile.open(root, "missing"))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("it is another directory");
  }

  @Test
  void open_parentBecomesALinkOutAfterTheCheck_isOutsideRoot() throws IOException {
    Files.createDirectory(inside.resolve("directory"));
    Files.writeString(inside.resolve("directory/secret"), "harmless");
    LocatedFile located = LocatedFile.find(root, "directory/secret");
    Files.move(inside.resolve("directory"), inside.resolve("moved"));
    Files.createSymbolicLink(inside.resolve("directory"), outside);

    assertThatThrownBy(() -> GuardedFile.open(located))
        .isInstanceOfSatisfying(
            FileRefusedException.class,
            e -> assertThat(e.verdict()).isEqualTo(Verdict.OUTSIDE_ROOT))
        .hasMessageContaining(outside.resolve("secret").toString());
  }

  @Test
  void open_fileBecomesALinkOutAfterTheCheck_isOutsideRoot() throws IOException {
    Files.writeString(inside.resolve("file"), "harmless");
    LocatedFile located = LocatedFile.find(root, "file");
    Files.delete(inside.resolve("file"));
    Files.createSymbolicLink(inside.resolve("file"), outside.resolve("secret"));

    assertThatThrownBy(() -> GuardedFile.open(located))
        .isInstanceOfSatisfying(
            FileRefusedException.class,
            e -> assertThat(e.verdict()).isEqualTo(Verdict.OUTSIDE_ROOT));
  }

  @Test
  void open_fileBecomesADirectoryAfterTheCheck_isDeleted() throws IOException {
    Files.writeString(inside.resolve("file"), "harmless");
    LocatedFile located = LocatedFile.find(root, "file");
    Files.delete(inside.resolve("file"));
    Files.createDirectory(inside.resolve("file"));

    assertThatThrownBy(() -> GuardedFile.open(located))
        .isInstanceOfSatisfying(
            FileRefusedException.class, e -> assertThat(e.verdict()).isEqualTo(Verdict.DELETED))
        .hasMessageEndingWith("it is a directory");
  }

  @Test
  void open_fileDeletedAfterTheCheck_isDeleted() throws IOException {
    Files.writeString(inside.resolve("file"), "harmless");
    LocatedFile located = LocatedFile.find(root, "file");
    Files.delete(inside.resolve("file"));

    assertThatThrownBy(() -> GuardedFile.open(located))
        .isInstanceOfSatisfying(
            FileRefusedException.class, e -> assertThat(e.verdict()).isEqualTo(Verdict.DELETED))
        .hasMessage("Nothing is at the path");
  }

  @Test
  void open_parentSwappedAllTheTime_neverReadsOutside() throws Exception {
    Files.createDirectory(inside.resolve("harmless"));
    Files.writeString(inside.resolve("harmless/secret"), "harmless");
    Path swapped = inside.resolve("swapped");
    Files.createSymbolicLink(swapped, Path.of("harmless"));
    int[] readInside = new int[1];
    int[] refused = new int[1];
    Thread swapper = new Thread(() -> swap(swapped));
    swapper.start();
    try {
      while (readInside[0] < 500 || refused[0] < 500) {
        try (GuardedFile file = GuardedFile.open(root, "swapped/secret")) {
          assertThat(read(file)).isEqualTo("harmless");
          readInside[0]++;
        } catch (FileRefusedException e) {
          assertThat(e.verdict()).isIn(Verdict.OUTSIDE_ROOT, Verdict.UNREADABLE);
          refused[0]++;
        }
      }
    } finally {
      swapper.interrupt();
      swapper.join();
    }
  }

  @Test
  void open_fifoTakesTheFilesPlaceAllTheTime_neverWaits() throws Exception {
    Path file = Files.writeString(inside.resolve("file"), "content");
    Path fifo = inside.resolve("fifo");
    makeFifo(fifo);
    int[] read = new int[1];
    int[] refused = new int[1];
    try (Swapper swapper = Swapper.start(file, fifo, inside.resolve("aside"))) {
      while (read[0] < 2000 || refused[0] < 2000) {
        try (GuardedFile opened = GuardedFile.open(root, "file")) {
          assertThat(read(opened)).isEqualTo("content");
          opened.factsNow();
          read[0]++;
        } catch (FileRefusedException e) {
          assertThat(e.verdict()).as(e.getMessage()).isEqualTo(Verdict.DELETED);
          refused[0]++;
        }
      }
    }
  }

  private void makeRootLocal(boolean local) {
    root =
        new AssetRoot(root.path(), root.realPath(), root.inode(), root.device(), local, List.of());
  }

  /** What an NFS client remembers of a file, it asks for anew at an open only. */
  @ParameterizedTest
  @CsvSource({
    "true, 0, false", // a file system of this host
    "false, 0, true", // one that may be of others
    "true, 1, true", // another one, mounted below a root of this host
  })
  void factsNow_whereStatMayBeOld_areThoseOfAFreshOpen(boolean local, long device, boolean opens)
      throws IOException {
    root =
        new AssetRoot(
            root.path(), root.realPath(), root.inode(), root.device() + device, local, List.of());
    Files.writeString(inside.resolve("file"), "content");
    try (GuardedFile file = GuardedFile.open(root, "file");
        OpenedNames opened = OpenedNames.in(inside.toRealPath())) {
      file.factsNow();

      assertThat(opened.soFar().contains("file")).isEqualTo(opens);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void factsNow_closedFile_areThoseOfThePath(boolean local) throws IOException {
    makeRootLocal(local);
    Path path = Files.writeString(inside.resolve("file"), "content");
    GuardedFile file = GuardedFile.open(root, "file");
    file.close();

    assertThat(file.factsNow()).isEqualTo(UnixFiles.facts(path));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void factsNow_becameAFifo_isDeletedAndDoesNotHang(boolean local) throws Exception {
    makeRootLocal(local);
    Path path = Files.writeString(inside.resolve("file"), "content");
    try (GuardedFile file = GuardedFile.open(root, "file")) {
      Files.delete(path);
      makeFifo(path);

      assertThatThrownBy(file::factsNow)
          .isInstanceOfSatisfying(
              FileRefusedException.class, e -> assertThat(e.verdict()).isEqualTo(Verdict.DELETED))
          .hasMessageEndingWith("it is a FIFO");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void factsNow_becameALinkOut_isOutsideRoot(boolean local) throws Exception {
    makeRootLocal(local);
    Path path = Files.writeString(inside.resolve("file"), "content");
    try (GuardedFile file = GuardedFile.open(root, "file")) {
      Files.delete(path);
      Files.createSymbolicLink(path, outside.resolve("secret"));

      assertThatThrownBy(file::factsNow)
          .isInstanceOfSatisfying(
              FileRefusedException.class,
              e -> assertThat(e.verdict()).isEqualTo(Verdict.OUTSIDE_ROOT));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void factsNow_linkedMeanwhile_showsIt(boolean local) throws IOException {
    makeRootLocal(local);
    Path path = Files.writeString(inside.resolve("file"), "content");
    try (GuardedFile file = GuardedFile.open(root, "file")) {
      Files.createLink(inside.resolve("link"), path);

      assertThat(file.factsNow().linkCount()).isEqualTo(2);
      assertThat(file.factsNow().sameContent(file.factsWhenOpened())).isTrue();
      assertThat(file.factsNow()).isNotEqualTo(file.factsWhenOpened());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void factsNow_replacedMeanwhile_hasAnotherInode(boolean local) throws IOException {
    makeRootLocal(local);
    Path path = Files.writeString(inside.resolve("file"), "content");
    try (GuardedFile file = GuardedFile.open(root, "file")) {
      Files.writeString(inside.resolve("new"), "content");
      Files.move(inside.resolve("new"), path, StandardCopyOption.ATOMIC_MOVE);

      assertThat(file.factsNow()).isEqualTo(UnixFiles.facts(path));
      assertThat(file.factsNow().sameContent(file.factsWhenOpened())).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void factsNow_deletedMeanwhile_isDeleted(boolean local) throws IOException {
    makeRootLocal(local);
    Path path = Files.writeString(inside.resolve("file"), "content");
    try (GuardedFile file = GuardedFile.open(root, "file")) {
      Files.delete(path);

      assertThatThrownBy(file::factsNow)
          .isInstanceOfSatisfying(
              FileRefusedException.class, e -> assertThat(e.verdict()).isEqualTo(Verdict.DELETED));
    }
  }

  private AbstractStringAssert<?> assertRefused(String path, Verdict verdict) {
    FileRefusedException refusal =
        catchThrowableOfType(
            FileRefusedException.class, () -> GuardedFile.open(root, path).close());
    assertThat(refusal).as("refusal of '%s'", path).isNotNull();
    assertThat(refusal.verdict()).as(refusal.getMessage()).isEqualTo(verdict);
    return assertThat(refusal.getMessage());
  }

  private void swap(Path link) {
    Path next = folder.resolve("next");
    boolean out = true;
    while (!Thread.currentThread().isInterrupted()) {
      try {
        Files.createSymbolicLink(next, out ? outside : Path.of("harmless"));
        Files.move(next, link, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      out = !out;
    }
  }

  static void makeFifo(Path path) throws Exception {
    assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor()).isZero();
  }

  private static String read(GuardedFile file) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(1000);
    file.channel().read(buffer, 0);
    return new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
  }
}
