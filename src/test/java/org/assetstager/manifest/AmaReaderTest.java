package org.assetstager.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assetstager.asset.JobFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AmaReaderTest {
  private static final AmaLocations LOCATIONS = AmaLocations.of("/r/.asset/manifests/id/0.json");
  private static final String OBJECT =
      """
      {"id": "s3:md5_XUFAKrxLKna5cZ2REBfFkg==::a.txt", "created_by": "u", "created_at": "t",
       "content": {"id": "s3:md5_XUFAKrxLKna5cZ2REBfFkg==", "mime_type": "text/plain", "size": 5,
                   "meta": {}}}\
      """;

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private static <T> List<T> all(AmaReader<T> reader) throws IOException {
    List<T> all = new ArrayList<>();
    try (reader) {
      reader.forEachRemaining(all::add);
    }
    return all;
  }

  private static AmaHeader header(String json) throws IOException {
    return AmaHeader.read(LOCATIONS, stream(json));
  }

  private static List<AmaObject> objects(String json) throws IOException {
    return all(AmaObject.read("m.json", stream(json)));
  }

  private static AmaObject object(String json) throws IOException {
    return objects("{\"objects\":[" + json + "]}").get(0);
  }

  private static List<AmaState> states(String json) throws IOException {
    return all(AmaState.read("s.json", stream(json)));
  }

  private static List<AmaFileStats> stats(String json) throws IOException {
    return all(AmaFileStats.read("file_stats.json", stream(json)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'id':'a','top_hash':'h','asset_class':{'id':'c','name':'n'},'objects':[{'id':1}]}",
        "{'objects':[{'id':1,'top_hash':'x'}],'asset_class':{'x':{'id':1},'id':'c'},'top_hash':'h','id':'a'}"
      })
  void header_beforeOrAfterTheObjects_isRead(String json) throws IOException {
    assertThat(header(json.replace('\'', '"')))
        .isEqualTo(new AmaHeader("/r/.asset/manifests/id/0.json", "/r", "a", "c", "h"));
  }

  @Test
  void header_topHashNull_isTheClassId() throws IOException {
    assertThat(header("{\"top_hash\":null,\"asset_class\":{\"id\":\"c\"}}"))
        .returns("c", AmaHeader::topHash)
        .returns("c", AmaHeader::classId)
        .returns(null, AmaHeader::asset);
    assertThat(header("{\"top_hash\":\"h\",\"asset_class\":null}"))
        .returns("h", AmaHeader::topHash)
        .returns(null, AmaHeader::classId);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|it has no top_hash and no asset_class.id",
        "{'top_hash':5}|'top_hash' must be a string, not the number 5",
        "{'asset_class':'c'}|'asset_class' is not an object",
        "{'asset_class':{'id':[]}}|'asset_class.id' must be a string, not an array",
        "{'asset_class':{'id':'c','id':'d'}}|it has 'asset_class.id' twice",
        "{'top_hash':'a','top_hash':'b'}|it has 'top_hash' twice",
        "{'top_hash':'a'} x|Unrecognized token 'x'",
        "{'top_hash':'a'}{}|something follows its JSON object",
        "[]|it is not a JSON object",
        "''|it is not a JSON object",
        "{'top_hash':'a'|Unexpected end-of-input",
      })
  void header_bad_stopsTheJob(String json, String expected) {
    String text = json.equals("''") ? "" : json.replace('\'', '"');
    assertThatThrownBy(() -> header(text))
        .isInstanceOf(JobFailure.class)
        .hasMessageStartingWith("/r/.asset/manifests/id/0.json can't be read to its end: near line")
        .hasMessageContaining(expected)
        .returns(JobFailure.Kind.INPUT, e -> ((JobFailure) e).kind());
  }

  @Test
  void objects_goodObject_isRead() throws IOException {
    assertThat(objects("{\"x\":[{}],\"objects\":[" + OBJECT + "],\"y\":{\"objects\":[1]}}"))
        .containsExactly(
            new AmaObject(
                0,
                "s3:md5_XUFAKrxLKna5cZ2REBfFkg==",
                "a.txt",
                "text/plain",
                "u",
                "t",
                5L,
                false,
                false,
                null,
                false));
  }

  @ParameterizedTest
  @CsvSource({
    "{}, false, false",
    "null, false, false",
    "'{\"proxy\":true}', true, false",
    "'{\"proxy\":false,\"src\":null}', false, false",
    "'{\"src\":\"gs://b/k\"}', false, true",
    "'{\"src\":{\"a\":1}}', false, true",
    "'{\"proxy\":true,\"src\":\"x\"}', true, true",
  })
  void objects_meta_saysProxyAndSource(String meta, boolean proxy, boolean sourced)
      throws IOException {
    assertThat(object(OBJECT.replace("\"meta\": {}", "\"meta\": " + meta)))
        .returns(null, AmaObject::fault)
        .returns(proxy, AmaObject::proxy)
        .returns(sourced, AmaObject::sourced);
  }

  @Test
  void objects_pathWithSeparatorAndHostileCharacters_isSplitAtTheFirst() throws IOException {
    assertThat(object(OBJECT.replace("a.txt", "::d o/n#é?%\\n::e")).path())
        .isEqualTo("::d o/n#é?%\n::e");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "::a.txt|:a.txt|'id' has no '::' between content and path",
        "\"id\": \"s3:md5_X|\"id\": 5, \"x\": \"|'id' must be a string, not the number 5",
        "\"id\": \"s3:md5_X|\"x\": \"|'id' is missing",
        "5,|\"5\",|'content.size' must be an integer from 0 to 2^63 - 1, not the string '5'",
        "5,|-5,|'content.size' must be an integer from 0 to 2^63 - 1, not the number -5",
        "\"text/plain\"|[]|'content.mime_type' must be a string, not an array",
        "\"u\"|1|'created_by' must be a string, not the number 1",
        "\"t\"|{}|'created_at' must be a string, not an object",
        "\"meta\": {}|\"meta\": 1|'content.meta' is not a JSON object",
        "\"meta\": {}|\"meta\": {\"proxy\": \"yes\"}|'content.meta.proxy' must be true or false",
        "\"meta\": {}|\"meta\": {\"proxy\": true, \"proxy\": false}|'content.meta.proxy' twice",
        "\"created_by\"|\"created_at\"|it has 'created_at' twice",
        "\"content\":|\"kontent\":|'content' is missing",
        "\"id\": \"s3:md5_XUFAKrxLKna5cZ2REBfFkg==\"|\"x\":1|'content.id' is missing",
        "::a.txt|x::a.txt|'id' names the content 's3:md5_XUFAKrxLKna5cZ2REBfFkg==x', but",
      })
  void objects_badObject_isFaultOfThatObjectOnly(String from, String to, String expected)
      throws IOException {
    String bad = OBJECT.replace(from, to);
    List<AmaObject> objects = objects("{\"objects\":[" + OBJECT + "," + bad + "," + OBJECT + "]}");

    assertThat(objects).extracting(AmaObject::index).containsExactly(0L, 1L, 2L);
    assertThat(objects.get(0).fault()).isNull();
    assertThat(objects.get(2).fault()).isNull();
    assertThat(objects.get(1).fault()).contains(expected);
  }

  @Test
  void objects_elementsOfOtherTypes_areFaults() throws IOException {
    assertThat(objects("{\"objects\":[1,null,\"x\",[[1],{}],{\"content\":5}]}"))
        .hasSize(5)
        .allMatch(object -> object.fault() != null);
  }

  @Test
  void objects_nameThatIsNoUnicode_isUnrepresentable() throws IOException {
    assertThat(object(OBJECT.replace("a.txt", "a\\udcff")))
        .returns(true, AmaObject::unrepresentable)
        .returns("a\\udcff", AmaObject::path);
  }

  @Test
  void states_bothKinds_areRead() throws IOException {
    assertThat(
            states(
                "{'object_states':{'a':'pending','n':null},'asset_state':'x','content_states':{'c':'committed','d':5}}"
                    .replace('\'', '"')))
        .containsExactly(
            new AmaState(AmaState.Kind.OBJECT, "a", "pending", null),
            new AmaState(AmaState.Kind.CONTENT, "c", "committed", null),
            new AmaState(
                AmaState.Kind.CONTENT, "d", null, "'state' must be a string, not the number 5"));
    assertThat(states("{\"object_states\":null}")).isEmpty();
  }

  @Test
  void stats_goodEntry_isRead() throws IOException {
    assertThat(
            stats(
                "{'stats':{'é\\udcff':{'id':[],'content_time':1.5,'metadata_time':-2,'num_links':1,'inode':18446744073709551615,'size':0}}}"
                    .replace('\'', '"')))
        .containsExactly(new AmaFileStats("é\\udcff", 1.5, -2.0, 1L, -1L, 0L, null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "5|the entry of 'a' is not a JSON object",
        "[{}]|the entry of 'a' is not a JSON object",
        "null|the entry of 'a' is not a JSON object",
        "{'content_time':1}|'metadata_time' is missing; 'num_links' is missing; 'inode' is missing;"
            + " 'size' is missing",
        "{'content_time':null,'metadata_time':1,'num_links':1,'inode':1,'size':1}|'content_time' is"
            + " missing",
        "{'content_time':'1','metadata_time':1,'num_links':1,'inode':1,'size':1}|'content_time'"
            + " must be a finite number of seconds, not the string '1'",
        "{'content_time':1,'metadata_time':1e999,'num_links':1,'inode':1,'size':1}|'metadata_time'"
            + " must be a finite",
        "{'content_time':1,'metadata_time':1,'num_links':1.0,'inode':1,'size':1}|'num_links' must"
            + " be an integer",
        "{'content_time':1,'metadata_time':1,'num_links':1,'inode':-1,'size':1}|'inode' must be an"
            + " integer from 0 to 2^64",
        "{'content_time':1,'metadata_time':1,'num_links':1,'inode':1,'size':-1}|'size' must be an"
            + " integer from 0",
        "{'content_time':1,'metadata_time':1,'num_links':1,'inode':1,'size':1,'size':2}|it has"
            + " 'size' twice",
      })
  void stats_badEntry_isFaultOfThatEntryOnly(String entry, String expected) throws IOException {
    String good = "{'content_time':1,'metadata_time':1,'num_links':1,'inode':1,'size':1}";
    List<AmaFileStats> stats =
        stats(
            "{'stats':{'a':%s,'b':%s}}"
                .formatted(entry.replace("\"", ""), good)
                .replace('\'', '"'));

    assertThat(stats.get(0).fault()).startsWith("file_stats.json: ").contains(expected);
    assertThat(stats.get(0).size()).isNull();
    assertThat(stats.get(1).fault()).isNull();
  }

  @Test
  void stats_sameKeyTwice_mergesToAFault() throws IOException {
    String entry = "{'content_time':1,'metadata_time':1,'num_links':1,'inode':1,'size':1}";
    List<AmaFileStats> stats =
        stats("{'stats':{'a':%1$s,'a':%1$s}}".formatted(entry).replace('\'', '"'));
    assertThat(stats.get(0).twice())
        .isEqualTo(
            new AmaFileStats(
                "a", null, null, null, null, null, "file_stats.json: it has 'a' twice"));

    List<AmaState> states = states("{\"object_states\":{\"a\":\"pending\",\"a\":\"committed\"}}");
    assertThat(states.get(0).twice())
        .isEqualTo(new AmaState(AmaState.Kind.OBJECT, "a", null, "object_states has 'a' twice"));
  }

  /** The documents, for the tests that are the same for all of them. */
  private enum Document {
    HEADER("{\"top_hash\":\"h\",\"objects\":[{}],\"é\":1}"),
    OBJECTS("{\"objects\":[" + OBJECT + "],\"é\":1}"),
    STATES("{\"object_states\":{\"é\":\"pending\"},\"content_states\":{}}"),
    STATS("{\"stats\":{\"é\":{\"size\":1}},\"x\":[1]}");

    private final String good;

    Document(String good) {
      this.good = good;
    }

    Object read(InputStream in) throws IOException {
      return switch (this) {
        case HEADER -> AmaHeader.read(LOCATIONS, in);
        case OBJECTS -> all(AmaObject.read("m", in));
        case STATES -> all(AmaState.read("s", in));
        case STATS -> all(AmaFileStats.read("f", in));
      };
    }
  }

  @ParameterizedTest
  @EnumSource(Document.class)
  void read_documentCutOffAnywhere_stopsTheJob(Document document) throws IOException {
    byte[] good = document.good.getBytes(StandardCharsets.UTF_8);
    assertThat(document.read(new ByteArrayInputStream(good))).isNotNull();
    for (int length = 0; length < good.length; length++) {
      InputStream cut = new ByteArrayInputStream(Arrays.copyOf(good, length));

      assertThatThrownBy(() -> document.read(cut))
          .as("%d bytes", length)
          .isInstanceOf(JobFailure.class)
          .hasMessageContaining("can't be read to its end")
          .returns(JobFailure.Kind.INPUT, e -> ((JobFailure) e).kind());
    }
  }

  @ParameterizedTest
  @EnumSource(Document.class)
  void read_documentNotUtf8_stopsTheJob(Document document) {
    byte[] latin1 = document.good.getBytes(StandardCharsets.ISO_8859_1);

    assertThatThrownBy(() -> document.read(new ByteArrayInputStream(latin1)))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("it is not UTF-8")
        .returns(JobFailure.Kind.INPUT, e -> ((JobFailure) e).kind());
  }

  @ParameterizedTest
  @EnumSource(Document.class)
  void read_fileSystemFails_isNoFaultOfTheDocument(Document document) {
    InputStream failing =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("mount is gone");
          }

          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            return read();
          }
        };

    assertThatThrownBy(() -> document.read(failing))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("can't be read: mount is gone")
        .returns(JobFailure.Kind.SYSTEM, e -> ((JobFailure) e).kind());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "OBJECTS|{}|it has no 'objects'",
        "OBJECTS|{'objects':{}}|'objects' is not an array",
        "OBJECTS|{'objects':[],'objects':[]}|it has 'objects' twice",
        "OBJECTS|[]|it is not a JSON object",
        "STATES|{}|it has no 'content_states' or 'object_states'",
        "STATES|{'object_states':[]}|'object_states' is not an object",
        "STATES|{'object_states':{'a':NaN}}|Non-standard token 'NaN'",
        "STATS|{'stat':{}}|it has no 'stats'",
        "STATS|{'stats':{}}{}|something follows its JSON object",
      })
  void read_anotherDocument_stopsTheJob(Document document, String json, String expected) {
    assertThatThrownBy(() -> document.read(stream(json.replace('\'', '"'))))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining(expected);
  }

  @Test
  void read_endlessDocument_givesItsElementsOneByOne() throws IOException {
    byte[] entry = "\"p\":{\"size\":1},".getBytes(StandardCharsets.UTF_8);
    InputStream endless =
        new SequenceInputStream(
            stream("{\"stats\":{"),
            new InputStream() {
              private int position;

              @Override
              public int read() {
                return entry[position++ % entry.length];
              }

              @Override
              public int read(byte[] bytes, int offset, int length) {
                bytes[offset] = (byte) read();
                return 1;
              }
            });
    try (AmaReader<AmaFileStats> reader = AmaFileStats.read("f", endless)) {
      for (int i = 0; i < 10_000; i++) {
        assertThat(reader.next().path()).isEqualTo("p");
      }
    }
  }

  @Test
  void read_emptySections_giveNothing() throws IOException {
    assertThat(objects("{\"objects\":[]}")).isEmpty();
    assertThat(states("{\"object_states\":{},\"content_states\":{}}")).isEmpty();
    assertThat(stats("{\"stats\":{}}")).isEmpty();
  }
}
