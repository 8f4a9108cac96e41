package org.assetstager.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.assetstager.catalog.ListPage.Entry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.exception.SdkClientException;

class ListPageXmlTest {
  private static ListPage read(String xml) {
    return ListPageXml.read(xml.getBytes(UTF_8));
  }

  private static String listing(String content) {
    return "<ListBucketResult>" + content + "</ListBucketResult>";
  }

  private static String object(String key, String size) {
    return listing("<Contents><Key>" + key + "</Key><Size>" + size + "</Size></Contents>");
  }

  /** After the example of the Amazon S3 API reference, with owner and restore status. */
  @Test
  void read_answerWithAllFields_hasWhatIsNeeded() {
    ListPage page =
        read(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
              <Name>bucket</Name><Prefix>p/</Prefix><KeyCount>2</KeyCount><MaxKeys>2</MaxKeys>
              <Contents>
                <Key>p/a</Key><LastModified>2009-10-12T17:50:30.000Z</LastModified>
                <ETag>&quot;fba9dede5f27731c9771645a39863328&quot;</ETag>
                <ChecksumAlgorithm>CRC32</ChecksumAlgorithm>
                <Owner><ID>1</ID><DisplayName>x</DisplayName><Key>none</Key></Owner>
                <RestoreStatus><IsRestoreInProgress>false</IsRestoreInProgress></RestoreStatus>
                <Size>434234</Size><StorageClass>STANDARD</StorageClass>
              </Contents>
              <Contents><Size>0</Size><Key>p/b</Key></Contents>
              <CommonPrefixes><Prefix>p/c/</Prefix><Key>none</Key></CommonPrefixes>
              <IsTruncated>true</IsTruncated>
              <NextContinuationToken>t</NextContinuationToken>
            </ListBucketResult>
            """);

    assertThat(page.truncated()).isTrue();
    assertThat(page.entries())
        .containsExactly(
            new Entry("p/a", 434_234, "fba9dede5f27731c9771645a39863328"),
            new Entry("p/b", 0, null));
  }

  @Test
  void read_nothingListed_isEmptyAndWhole() {
    assertThat(read("<ListBucketResult/>")).isEqualTo(new ListPage(List.of(), false, null));
  }

  @Test
  void read_prefixedNames_areTheSame() {
    assertThat(
            read("""
                <s3:ListBucketResult xmlns:s3="http://s3.amazonaws.com/doc/2006-03-01/">
                <s3:Contents><s3:Key>k</s3:Key><s3:Size>1</s3:Size></s3:Contents>
                </s3:ListBucketResult>
                """)
                .entries())
        .containsExactly(new Entry("k", 1, null));
  }

  @ParameterizedTest
  @CsvSource({
    "a%20b%2B%C3%A4,       url,  'a b+ä'",
    "a+b,                  url,  'a b'",
    "a%20b,                '',   'a%20b'",
    "a&amp;b&lt;&#228;,    '',   'a&b<ä'",
    "<![CDATA[a&amp;b]]>c, '',   'a&amp;bc'"
  })
  void read_key_isDecodedAsTheAnswerSays(String written, String encoding, String key) {
    String answer =
        object(written, "1")
            .replace(
                "</ListBucketResult>",
                "<EncodingType>" + encoding + "</EncodingType></ListBucketResult>");

    assertThat(read(answer).entries()).containsExactly(new Entry(key, 1, null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no XML",
        "<html><body>Sign in</body></html>",
        "<ListBucketResult><Contents><Key>k</Key><Size>1</Size></Contents>",
        "<ListBucketResult></ListBucketResult><more/>",
        "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/hostname\">]><ListBucketResult>&b;"
            + "</ListBucketResult>"
      })
  void read_anythingElse_isRefused(String text) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(SdkClientException.class)
        .hasMessageContaining("is not a listing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "1.5", "99999999999999999999"})
  void read_sizeThatIsNone_isUnknown(String size) {
    assertThat(read(object("k", size)).entries())
        .containsExactly(new ListPage.Entry("k", ObjectFacts.UNKNOWN_SIZE, null));
  }

  @Test
  void read_objectWithoutSize_isOfUnknownSize() {
    assertThat(read(listing("<Contents><Key>k</Key></Contents>")).entries())
        .containsExactly(new ListPage.Entry("k", ObjectFacts.UNKNOWN_SIZE, null));
  }

  @Test
  void read_objectWithoutKey_isRefused() {
    assertThatThrownBy(() -> read(listing("<Contents><Size>1</Size></Contents>")))
        .isInstanceOf(SdkClientException.class)
        .hasMessageContaining("an object without a key");
  }
}
