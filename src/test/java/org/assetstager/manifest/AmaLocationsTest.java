package org.assetstager.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assetstager.asset.JobFailure;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AmaLocationsTest {
  @ParameterizedTest
  @CsvSource({
    "'', /data/asset, /data/asset",
    "'file:', /data/asset, /data/asset",
    "'file://', /data/asset, /data/asset",
    "'', '', /",
    "'', '//data//a/./b', /data/a/b",
    "'', '/a b#?%20é/.asset/manifests/x/y.json', '/a b#?%20é/.asset/manifests/x/y.json'",
  })
  void of_manifestOfARepo_givesItsNeighbours(String scheme, String root, String expectedRoot) {
    String manifest = scheme + root + "/.asset/manifests/916c-3b84/0.0.0.json";

    assertThat(AmaLocations.of(manifest))
        .isEqualTo(
            new AmaLocations(
                manifest,
                expectedRoot,
                scheme + root + "/.asset/states/916c-3b84/0.0.0.json",
                scheme + root + "/.asset/file_stats.json"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "data/.asset/manifests/id/0.json",
        ".asset/manifests/id/0.json",
        "/data/.asset/manifests/0.json",
        "/data/.asset/manifests/id/x/0.json",
        "/data/.asset/manifests//0.json",
        "/data/.asset/states/id/0.json",
        "/data/x.asset/manifests/id/0.json",
        "/data/.asset/manifests/id/0.jsonl",
        "/data/../x/.asset/manifests/id/0.json",
        "hdfs://host/data/.asset/manifests/id/0.json",
        "s3a://bucket/data/.asset/manifests/id/0.json",
        "file://host/data/.asset/manifests/id/0.json",
        "file:data/.asset/manifests/id/0.json"
      })
  void of_anotherPath_isRefusedWithTheForm(String manifest) {
    assertThatThrownBy(() -> AmaLocations.of(manifest))
        .isInstanceOf(JobFailure.class)
        .hasMessageStartingWith("'" + manifest + "' is not a place where AMA keeps a manifest")
        .hasMessageContaining("<root>/.asset/manifests/<asset id>/<version>.json")
        .returns(JobFailure.Kind.INPUT, e -> ((JobFailure) e).kind());
  }
}
