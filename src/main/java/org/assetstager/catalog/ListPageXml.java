package org.assetstager.catalog;

import com.google.common.primitives.Longs;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.assetstager.s3.Etags;
import org.assetstager.s3.WebPageException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/**
 * Reads the answers of ListObjectsV2 (Amazon S3 API reference): only the key, size and ETag of each
 * object.
 */
final class ListPageXml {
  private static final String ROOT = "ListBucketResult";
  private static final XMLInputFactory XML = XMLInputFactory.newFactory();

  static {
    XML.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    XML.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
  }

  private final XMLStreamReader xml;
  private final List<ListPage.Entry> entries = new ArrayList<>(ListingChoice.PAGE_KEYS);
  private @Nullable Boolean truncated;
  private @Nullable String nextToken;
  private boolean encoded;

  private ListPageXml(XMLStreamReader xml) {
    this.xml = xml;
  }

  /**
   * Reads a page.
   *
   * @throws SdkClientException if the text is no such answer; caused by a {@link WebPageException}
   *     if it is a web page
   */
  static ListPage read(byte[] text) {
    WebPageException.requireNone(text);
    try {
      ListPageXml page = new ListPageXml(reader(text));
      page.read();
      return new ListPage(
          page.encoded ? decoded(page.entries) : page.entries, page.isTruncated(), page.nextToken);
    } catch (XMLStreamException e) {
      throw SdkClientException.create("The answer is not a listing: " + e.getMessage(), e);
    }
  }

  /** A page that doesn't say it may have been cut: what follows an empty one is the end. */
  private boolean isTruncated() {
    return truncated == null ? nextToken != null || !entries.isEmpty() : truncated;
  }

  /** Factories need not be safe for threads. */
  private static XMLStreamReader reader(byte[] text) throws XMLStreamException {
    synchronized (XML) {
      return XML.createXMLStreamReader(new ByteArrayInputStream(text));
    }
  }

  /** Keys may hold what XML can't, so the store was asked to encode them. */
  private static List<ListPage.Entry> decoded(List<ListPage.Entry> entries) {
    return entries.stream()
        .map(e -> new ListPage.Entry(SdkHttpUtils.urlDecode(e.key()), e.size(), e.etag()))
        .toList();
  }

  private void read() throws XMLStreamException {
    xml.nextTag();
    if (!xml.getLocalName().equals(ROOT)) {
      throw SdkClientException.create("The answer is not a listing: it is a " + xml.getLocalName());
    }
    while (xml.nextTag() == XMLStreamConstants.START_ELEMENT) {
      switch (xml.getLocalName()) {
        case "Contents" -> entries.add(entry());
        case "IsTruncated" -> truncated = Boolean.valueOf(xml.getElementText().strip());
        case "NextContinuationToken" -> nextToken = xml.getElementText();
        case "EncodingType" -> encoded = xml.getElementText().equals("url");
        default -> skip();
      }
    }
    // What follows must be XML to its end, or the answer is not whole.
    while (xml.hasNext()) {
      xml.next();
    }
  }

  private ListPage.Entry entry() throws XMLStreamException {
    String key = null;
    @Nullable String size = null;
    @Nullable String etag = null;
    while (xml.nextTag() == XMLStreamConstants.START_ELEMENT) {
      switch (xml.getLocalName()) {
        case "Key" -> key = xml.getElementText();
        case "Size" -> size = xml.getElementText();
        case "ETag" -> etag = xml.getElementText();
        default -> skip();
      }
    }
    if (key == null) {
      throw SdkClientException.create("The listing has an object without a key");
    }
    return new ListPage.Entry(key, size(size), Etags.unquoted(etag));
  }

  private static long size(@Nullable String text) {
    Long size = text == null ? null : Longs.tryParse(text.strip());
    return size == null ? ObjectFacts.UNKNOWN_SIZE : Math.max(size, ObjectFacts.UNKNOWN_SIZE);
  }

  /** Moves to the end of the element. */
  private void skip() throws XMLStreamException {
    int open = 1;
    while (open > 0) {
      switch (xml.next()) {
        case XMLStreamConstants.START_ELEMENT -> open++;
        case XMLStreamConstants.END_ELEMENT -> open--;
        default -> {}
      }
    }
  }
}
