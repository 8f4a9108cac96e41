package org.assetstager.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MountTableTest {
  private static final MountTable TABLE =
      MountTable.parse(
          """
          27 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
          30 27 0:45 / /data rw shared:2 master:1 - nfs4 server:/data rw
          31 30 0:46 / /data/a rw - nfs4 server:/data/a rw
          32 30 0:47 / /data/with\\040space\\134and\\011more rw - xfs /dev/sdb rw
          33 27 0:48 / /data2 rw - tmpfs tmpfs rw
          34 27 0:30 /sub /pool rw - btrfs /dev/sdc rw
          torn line
          35 27 0:49 / /bad\\377name rw - tmpfs tmpfs rw
          """
              .getBytes(StandardCharsets.UTF_8));

  @Test
  void below_directory_areMountPointsStrictlyBelow() {
    assertThat(TABLE.below(Path.of("/data")))
        .containsExactly("/data/a", "/data/with space\\and\tmore");
    assertThat(TABLE.below(Path.of("/data/a"))).isEmpty();
    assertThat(TABLE.below(Path.of("/"))).hasSize(5).doesNotContain("/");
  }

  @Test
  void typeAt_path_isThatOfTheNearestMountPoint() {
    assertThat(TABLE.typeAt(Path.of("/data/b/c"), 0x2d)).isEqualTo("nfs4");
    assertThat(TABLE.typeAt(Path.of("/data2"), 0x30)).isEqualTo("tmpfs");
    assertThat(TABLE.typeAt(Path.of("/home"), 0x801)).isEqualTo("ext4");
  }

  /** As where another file system was mounted over a directory above. */
  @Test
  void typeAt_anotherDevice_isUnknown() {
    assertThat(TABLE.typeAt(Path.of("/data/b"), 0x801)).isNull();
  }

  /** Its devices in the table aren't those of stat(2). */
  @Test
  void typeAt_btrfs_isKnownByItsPlaceAlone() {
    assertThat(TABLE.typeAt(Path.of("/pool/x"), 77)).isEqualTo("btrfs");
  }

  @Test
  void isMountPoint_anyPath_isSoAtMountPointsOnly() {
    assertThat(TABLE.isMountPoint(Path.of("/data/a"))).isTrue();
    assertThat(TABLE.isMountPoint(Path.of("/data/a/b"))).isFalse();
    assertThat(MountTable.EMPTY.isMountPoint(Path.of("/"))).isFalse();
  }

  @Test
  void ofMountPoints_paths_haveNoType() {
    MountTable table = MountTable.ofMountPoints(TABLE.mountPoints());

    assertThat(table.mountPoints()).isEqualTo(TABLE.mountPoints());
    assertThat(table.below(Path.of("/data"))).isEqualTo(TABLE.below(Path.of("/data")));
  }

  @Test
  void read_thisSystem_hasTheDeviceOfStat() throws IOException {
    long device = (long) Files.getAttribute(Path.of("/proc"), "unix:dev");

    assertThat(MountTable.read().typeAt(Path.of("/proc"), device)).isEqualTo("proc");
  }
}
