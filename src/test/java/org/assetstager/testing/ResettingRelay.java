package org.assetstager.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A TCP relay on a free port of 127.0.0.1 that resets a client's connection when told to, as a
 * router or a dying server does: with RST, what is on its way is lost.
 */
final class ResettingRelay implements AutoCloseable {
  private final ServerSocket listener;
  private final URI server;

  /** By the port that the server sees. */
  private final Map<Integer, Socket> clients = new ConcurrentHashMap<>();

  ResettingRelay(String endpoint) throws IOException {
    server = URI.create(endpoint);
    listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    daemon(this::accept);
  }

  /** Returns {@code http://127.0.0.1:<port>}. */
  String endpoint() {
    return "http://127.0.0.1:" + listener.getLocalPort();
  }

  /**
   * Resets the connection of a client.
   *
   * @param port that the server sees
   */
  void reset(int port) {
    Socket client = clients.get(port);
    if (client == null) {
      return; // The client has closed it.
    }
    try {
      client.setSoLinger(true, 0);
      client.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    while (true) {
      try {
        Socket client = listener.accept();
        Socket upstream = new Socket(server.getHost(), server.getPort());
        client.setTcpNoDelay(true);
        upstream.setTcpNoDelay(true);
        int port = upstream.getLocalPort();
        clients.put(port, client);
        daemon(() -> copy(client, upstream, port));
        daemon(() -> copy(upstream, client, port));
      } catch (IOException e) {
        return; // Closed.
      }
    }
  }

  private void copy(Socket from, Socket to, int port) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[64 << 10];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        out.write(buffer, 0, count);
      }
    } catch (IOException e) {
      return; // One of the two has gone; the other is closed as well.
    } finally {
      clients.remove(port);
    }
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "resetting-relay");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket client : clients.values()) {
      client.close();
    }
  }
}
