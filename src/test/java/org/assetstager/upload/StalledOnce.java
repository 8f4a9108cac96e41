package org.assetstager.upload;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Passes connections on to a server, all but the first, from which it never reads. */
final class StalledOnce implements AutoCloseable {
  private final URI target;
  private final ServerSocket server;
  private final AtomicInteger connections = new AtomicInteger();
  private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();

  StalledOnce(String target) throws IOException {
    this.target = URI.create(target);
    this.server = new ServerSocket();
    // Accepted connections inherit it: a body soon fills it.
    server.setReceiveBufferSize(16 << 10);
    server.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    start(this::accept);
  }

  String endpoint() {
    return "http://127.0.0.1:" + server.getLocalPort();
  }

  int connections() {
    return connections.get();
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void start(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // One end has closed the connection.
                return;
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = server.accept();
      sockets.add(client);
      if (connections.incrementAndGet() > 1) {
        Socket store = new Socket(target.getHost(), target.getPort());
        sockets.add(store);
        start(() -> client.getInputStream().transferTo(store.getOutputStream()));
        start(() -> store.getInputStream().transferTo(client.getOutputStream()));
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
